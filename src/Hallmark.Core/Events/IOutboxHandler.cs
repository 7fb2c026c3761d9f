namespace Hallmark.Core.Events;

/// <summary>Does one kind of outbox work. The same work may come twice (a crash between doing and noting it), and must then have the same effect as once.</summary>
public interface IOutboxHandler
{
    /// <summary>The <see cref="OutboxWork.Kind"/> this handler takes.</summary>
    string Kind { get; }

    /// <summary>Does the work; returning means that it is done and durable on the other side.</summary>
    /// <exception cref="Failures.UnavailableException">The other side does not answer: the work stays and is tried again later.</exception>
    Task HandleAsync(OutboxWork work, CancellationToken cancellationToken);
}
