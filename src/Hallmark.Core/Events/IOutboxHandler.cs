namespace Hallmark.Core.Events;

/// <summary>Does one kind of outbox work. The same work may come twice (a crash between doing and noting it), and must then have the same effect as once.</summary>
public interface IOutboxHandler
{
    /// <summary>The <see cref="OutboxWork.Kind"/> this handler takes.</summary>
    string Kind { get; }

    /// <summary>
    /// True where all work of this kind goes to one place: when that place does not answer a few times in a row, the rest is put off with it instead of being
    /// tried piece by piece.
    /// </summary>
    bool HasOneDestination => false;

    /// <summary>Does the work, or the next step of it.</summary>
    /// <exception cref="Failures.UnavailableException">The other side does not answer: the work stays and is tried again later.</exception>
    /// <exception cref="Failures.BadInputException">The other side refuses it for good: the work is given up, and stays visible.</exception>
    Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken);
}
