using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Which of the ledger's chains a training of a registered model prolongs. It is <c>training:&lt;model&gt;</c>, unless that one is of another store that has a model of the same name:
/// then it is <c>training:&lt;model&gt;@&lt;place&gt;</c>. A model's name holds no colon, so that the two never meet.
/// </summary>
internal sealed class TrainingChain(IEventLogReader log, IMlflowStore store)
{
    private readonly StoreEvents _own = new(store);

    /// <summary>Finds the chain, and what a training that prolongs it follows: the chain's head, or where this store was moved or copied the training that it came with.</summary>
    public async Task<(ChainLink Link, string? Previous)> FindAsync(string model, CancellationToken cancellationToken)
    {
        var chain = "training:" + model;
        var head = await log.FindChainHeadAsync(chain, cancellationToken).ConfigureAwait(false);
        var newest = head is null ? null : await FindEntryAsync(head, cancellationToken).ConfigureAwait(false);
        var isShared = newest is not null && _own.IsElsewhere(newest);
        var isHere = newest is null || _own.IsOwn(newest) || await IsHereAsync(newest, cancellationToken).ConfigureAwait(false);
        if (isHere && !isShared)
        {
            return (new ChainLink(chain, head), head);
        }

        // Older programs put the address into the chain's name as it was written.
        foreach (var place in new[] { store.Place, TrackingUris.Normalise(store.TrackingUri) }.Distinct(StringComparer.Ordinal))
        {
            if (await log.FindChainHeadAsync($"{chain}@{place}", cancellationToken).ConfigureAwait(false) is { } own)
            {
                return (new ChainLink($"{chain}@{place}", own), own);
            }
        }

        return (new ChainLink($"{chain}@{store.Place}", null), isHere ? head : null);
    }

    private async Task<LoggedEntry?> FindEntryAsync(string head, CancellationToken cancellationToken) =>
        await log.FindByPayloadHashAsync(head, cancellationToken).ConfigureAwait(false) is [.., var newest] ? newest : null;

    // A store that was moved or copied has another address and the same runs: their ids are random, so a run that is here was trained here.
    private async Task<bool> IsHereAsync(LoggedEntry newest, CancellationToken cancellationToken)
    {
        var record = newest.Record is { } bytes ? StoredJson.TryParseObject(bytes.Span) : null;
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
