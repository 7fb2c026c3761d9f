using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;

namespace Hallmark.Anchors;

/// <summary>
/// Brings digests to one anchor: prepared and kept, sent and kept, then asked after until the receipt is final. Whatever step a crash hits, the next try goes on from the
/// receipt that was kept last.
/// </summary>
/// <param name="anchor">Where to.</param>
/// <param name="receipts">Where the receipts are kept.</param>
/// <param name="schedule">How often a checkpoint goes.</param>
/// <param name="time">The clock.</param>
public sealed class AnchorWorkHandler(IAnchor anchor, IReceiptStore receipts, AnchorSchedule schedule, TimeProvider time) : IOutboxHandler
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <inheritdoc />
    public string Kind { get; } = AnchorWork.KindOf(anchor.Name);

    /// <inheritdoc />
    public bool HasOneDestination => true;

    /// <inheritdoc />
    public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        var submission = AnchorWork.Read(work);
        var receipt = await receipts.FindAsync(submission.Digest, anchor.Name, cancellationToken).ConfigureAwait(false);
        if (receipt is null)
        {
            if (await FindReasonToWaitAsync(submission, cancellationToken).ConfigureAwait(false) is { } wait)
            {
                return wait;
            }

            receipt = await anchor.PrepareAsync(submission, cancellationToken).ConfigureAwait(false);
            await receipts.PutAsync(receipt, cancellationToken).ConfigureAwait(false);
        }

        if (receipt.State is ReceiptState.Prepared)
        {
            receipt = await anchor.SubmitAsync(receipt, cancellationToken).ConfigureAwait(false);

            // What was sent is kept even where the caller no longer waits: it cannot be taken back.
            await receipts.PutAsync(receipt, CancellationToken.None).ConfigureAwait(false);
        }
        else if (MayGrow(receipt) && receipt.RefreshAfter is { } after && IsDue(after))
        {
            receipt = await anchor.RefreshAsync(receipt, cancellationToken).ConfigureAwait(false);
            await receipts.PutAsync(receipt, cancellationToken).ConfigureAwait(false);
        }

        return MayGrow(receipt) ? NotYet(receipt) : OutboxResult.Done;
    }

    // Also a final receipt, where somebody may still add a word of his own to it.
    private static bool MayGrow(AnchorReceipt receipt) => receipt is { State: not ReceiptState.Rejected, RefreshAfter: not null };

    // A time that lies further ahead than any anchor waits was written by a clock that has been put back since.
    private bool IsDue(DateTimeOffset after) => after <= time.GetUtcNow() || after > time.GetUtcNow() + LongestPause;

    private async Task<OutboxResult?> FindReasonToWaitAsync(AnchorSubmission submission, CancellationToken cancellationToken)
    {
        if (submission.TreeSize is not { } size || schedule.Every <= TimeSpan.Zero)
        {
            return null;
        }

        if (schedule.FindNewestSize() > size)
        {
            // The newer checkpoint covers all that this one covers, and goes instead of it.
            return OutboxResult.Done;
        }

        var last = await receipts.FindLatestAsync(anchor.Name, cancellationToken).ConfigureAwait(false);
        var wait = last is null ? TimeSpan.Zero : last.PreparedAt + schedule.Every - time.GetUtcNow();
        return wait > TimeSpan.Zero
            ? OutboxResult.NotYet(wait < schedule.Every ? wait : schedule.Every, $"{anchor.Name} gets a checkpoint every {schedule.Every}")
            : null;
    }

    private OutboxResult NotYet(AnchorReceipt receipt)
    {
        var pause = receipt.RefreshAfter!.Value - time.GetUtcNow(); // ! the caller has looked
        return OutboxResult.NotYet(
            pause > ShortestPause ? pause : ShortestPause,
            receipt.Remark ?? $"submitted to {anchor.Name}, waiting for its proof"
        );
    }
}
