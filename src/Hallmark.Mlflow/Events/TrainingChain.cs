using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Which of the ledger's chains a training of a registered model prolongs. It is <c>training:&lt;model&gt;</c>, unless that one runs in another store that has a model of the
/// same name: then it is <c>training:&lt;model&gt;@&lt;tracking URI&gt;</c>. A model's name holds no colon, so that the two never meet.
/// </summary>
internal sealed class TrainingChain(IEventLogReader log, IMlflowStore store)
{
    public async Task<ChainLink> FindAsync(string model, CancellationToken cancellationToken)
    {
        var chain = "training:" + model;
        var head = await log.FindChainHeadAsync(chain, cancellationToken).ConfigureAwait(false);
        if (head is null || await IsHereAsync(head, cancellationToken).ConfigureAwait(false))
        {
            return new ChainLink(chain, head);
        }

        chain += "@" + TrackingUris.Normalise(store.TrackingUri);
        return new ChainLink(chain, await log.FindChainHeadAsync(chain, cancellationToken).ConfigureAwait(false));
    }

    // A store that was moved or copied has another address and the same runs: their ids are random, so a run that is here was trained here.
    private async Task<bool> IsHereAsync(string head, CancellationToken cancellationToken)
    {
        var entries = await log.FindByPayloadHashAsync(head, cancellationToken).ConfigureAwait(false);
        var record = entries.Count > 0 && entries[^1].Record is { } bytes ? StoredJson.TryParseObject(bytes.Span) : null;
        if (StoredJson.Text(record, "run_id") is not { } runId)
        {
            return true;
        }

        return (
                StoredJson.Text(record, "mlflow_tracking_uri") is { } place
                && TrackingUris.Normalise(place) == TrackingUris.Normalise(store.TrackingUri)
            ) || await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not null;
    }
}
