using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Writes what an upload adds to MLflow, once the upload is known and the event's first write-back is through, so that neither overwrites the other.</summary>
/// <param name="log">Where the event stands.</param>
/// <param name="receipts">Where the upload's receipt is looked up.</param>
/// <param name="uploads">Reads the upload out of a receipt.</param>
/// <param name="isWrittenBack">Whether the first write-back of an entry is no longer to be done.</param>
/// <param name="open">Opens a store by its tracking URI.</param>
/// <param name="time">The clock; the system's unless given.</param>
/// <param name="renderPage">Renders an event's page anew, with what its upload gave; no page is written where it is not given.</param>
/// <param name="kind">The kind of work that it takes: one store's, or what an earlier version left for all.</param>
public sealed class UploadWriteBackHandler(
    IEventLogReader log,
    IReceiptReader receipts,
    IUploadReader uploads,
    Func<long, CancellationToken, Task<bool>> isWrittenBack,
    Func<string, CancellationToken, Task<IMlflowStore>> open,
    TimeProvider? time = null,
    UploadPageRenderer? renderPage = null,
    string kind = UploadWriteBack.Kind
) : IOutboxHandler
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    public string Kind => kind;

    /// <inheritdoc />
    public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        var writeBack = UploadWriteBack.FromOutbox(work);
        var entry =
            await log.FindByEventIdAsync(writeBack.EventId, cancellationToken).ConfigureAwait(false)
            ?? throw new BadInputException($"the ledger does not hold event {writeBack.EventId}");
        var digest = Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span);
        var receipt = await receipts.FindAsync(digest, writeBack.Anchor, cancellationToken).ConfigureAwait(false);
        switch (receipt?.State)
        {
            case null or ReceiptState.Prepared:
                return OutboxResult.NotYet(Pause, $"event {writeBack.EventId} is not uploaded to {writeBack.Anchor} yet");
            case ReceiptState.Rejected:
                // It stays signed only, as its tags say; a prediction's trace says that it was under way.
                await WriteBackSteps
                    .DoAsync(() => WriteAsync(writeBack, UploadWriteBackPlans.ForRefused(entry), cancellationToken))
                    .ConfigureAwait(false);
                return OutboxResult.Done;
            default:
                break;
        }

        if (!await isWrittenBack(entry.Index, cancellationToken).ConfigureAwait(false))
        {
            return OutboxResult.NotYet(Pause, $"event {writeBack.EventId} is not written back yet");
        }

        if (uploads.Find(receipt) is not var (upload, wallet))
        {
            throw new BadInputException($"the receipt of event {writeBack.EventId} at {writeBack.Anchor} is none of an upload");
        }

        await WriteBackSteps.DoAsync(() => WriteAsync(writeBack, entry, upload, wallet, cancellationToken)).ConfigureAwait(false);
        return OutboxResult.Done;
    }

    private async Task WriteAsync(
        UploadWriteBack writeBack,
        LoggedEntry entry,
        UploadResult upload,
        WalletDescription? wallet,
        CancellationToken cancellationToken
    )
    {
        var store = await open(writeBack.TrackingUri, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var page = await RenderAsync(entry, writeBack.TrackingUri, upload).ConfigureAwait(false);
            var steps = await new NewerEvents(log, time ?? TimeProvider.System)
                .KeepAsync(store, entry, UploadWriteBackPlans.For(writeBack, entry, upload, wallet, page), cancellationToken)
                .ConfigureAwait(false);
            await WriteBackSteps.WriteAsync(store, steps, cancellationToken).ConfigureAwait(false);
        }
    }

    // Only of events whose page lies in MLflow since their first write-back.
    private async Task<ReadOnlyMemory<byte>?> RenderAsync(LoggedEntry entry, string trackingUri, UploadResult upload) =>
        renderPage is not null
        && entry.EventType is EventTypes.Training or EventTypes.Registration
        && PreparedEvent.FromEntry(entry) is { } prepared
            ? await renderPage(prepared, trackingUri, upload).ConfigureAwait(false)
            : null;

    private async Task WriteAsync(UploadWriteBack writeBack, IReadOnlyList<WriteBackStep> steps, CancellationToken cancellationToken)
    {
        if (steps.Count == 0)
        {
            return;
        }

        var store = await open(writeBack.TrackingUri, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            await WriteBackSteps.WriteAsync(store, steps, cancellationToken).ConfigureAwait(false);
        }
    }
}
