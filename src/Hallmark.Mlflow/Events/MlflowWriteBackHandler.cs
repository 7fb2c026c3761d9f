using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Writes an event's tags and files to MLflow after the ledger has it. Tags and files are replaced, so that doing it twice is doing it once; what a newer event wrote is left alone, however late
/// this one comes.
/// </summary>
/// <param name="open">Opens the store of a tracking URI (without credentials); the handler disposes of it.</param>
/// <param name="log">Says which event is newer. Without it the last to write wins.</param>
/// <param name="time">The clock; the system's unless given.</param>
/// <param name="kind">The kind of work that it takes: one store's, or what an earlier version left for all.</param>
public sealed class MlflowWriteBackHandler(
    Func<string, CancellationToken, Task<IMlflowStore>> open,
    IEventLogReader? log = null,
    TimeProvider? time = null,
    string kind = WriteBackWork.Kind
) : IOutboxHandler
{
    private readonly Func<string, CancellationToken, Task<IMlflowStore>> _open = open;

    /// <inheritdoc />
    public string Kind => kind;

    /// <inheritdoc />
    /// <remarks>What was deleted in MLflow since the event is left alone: the ledger keeps the proof, and MLflow refuses to write to it.</remarks>
    public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        var writeBack = WriteBackWork.FromOutbox(work);
        var entry = log is null ? null : await log.FindByEventIdAsync(writeBack.EventId, cancellationToken).ConfigureAwait(false);
        await WriteBackSteps.DoAsync(() => WriteAsync(writeBack, entry, cancellationToken)).ConfigureAwait(false);
        return OutboxResult.Done;
    }

    private async Task WriteAsync(WriteBackWork writeBack, LoggedEntry? entry, CancellationToken cancellationToken)
    {
        var store = await _open(writeBack.TrackingUri, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var steps = entry is null
                ? writeBack.Steps
                : await new NewerEvents(log!, time ?? TimeProvider.System) // an entry came out of it
                    .KeepAsync(store, entry, writeBack.Steps, cancellationToken)
                    .ConfigureAwait(false);
            await WriteBackSteps.WriteAsync(store, steps, cancellationToken).ConfigureAwait(false);
        }
    }
}
