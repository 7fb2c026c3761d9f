using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Writes an event's tags and files to MLflow after the ledger has it. Tags and files are replaced, so that doing it twice is doing it once.</summary>
/// <param name="open">Opens the store of a tracking URI (without credentials); the handler disposes of it.</param>
public sealed class MlflowWriteBackHandler(Func<string, CancellationToken, Task<IMlflowStore>> open) : IOutboxHandler
{
    private readonly Func<string, CancellationToken, Task<IMlflowStore>> _open = open;

    /// <inheritdoc />
    public string Kind => WriteBackWork.Kind;

    /// <inheritdoc />
    /// <remarks>What was deleted in MLflow since the event is left alone: the ledger keeps the proof, and MLflow refuses to write to it.</remarks>
    public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        var writeBack = WriteBackWork.FromOutbox(work);
        var store = await _open(writeBack.TrackingUri, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            await WriteBackSteps.WriteAsync(store, writeBack.Steps, cancellationToken).ConfigureAwait(false);
        }

        return OutboxResult.Done;
    }
}
