using Hallmark.Core.Events;

namespace Hallmark.Home;

/// <summary>Tells of each piece of work that was tried, and lets one that is under way end also when no more are to be started.</summary>
/// <param name="inner">Does the work.</param>
/// <param name="watch">Is told; called from several threads.</param>
/// <param name="stop">Ends the work that is under way too.</param>
internal sealed class WatchedHandler(IOutboxHandler inner, Action<OutboxStep>? watch, CancellationToken stop) : IOutboxHandler
{
    /// <inheritdoc />
    public string Kind => inner.Kind;

    /// <inheritdoc />
    public bool HasOneDestination => inner.HasOneDestination;

    /// <inheritdoc />
    public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        try
        {
            var result = await inner.HandleAsync(work, stop).ConfigureAwait(false);
            watch?.Invoke(new OutboxStep(work, result, Failure: null));
            return result;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            watch?.Invoke(new OutboxStep(work, Result: null, failure));
            throw;
        }
    }
}
