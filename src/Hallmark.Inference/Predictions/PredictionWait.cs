using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger;

namespace Hallmark.Inference.Predictions;

/// <summary>Waits until a logged prediction has come further. Only looks: checkpoints are the ledger's work, anchors that of whoever drains the outbox.</summary>
/// <param name="findLedger">Finds the ledger.</param>
/// <param name="time">The clock.</param>
public sealed class PredictionWait(Func<LedgerReader?> findLedger, TimeProvider time)
{
    private const int MaxCovering = 32;
    private static readonly TimeSpan CheckpointPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AnchorPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits.</summary>
    /// <param name="entry">The prediction's entry, on disk.</param>
    /// <param name="stage">How far.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="UnavailableException">There is no ledger to look at, or the anchor refused it for good.</exception>
    public async Task RunAsync(LoggedEntry entry, PredictionStage stage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(stage);
        if (!stage.NeedsCheckpoint)
        {
            return;
        }

        var ledger = findLedger() ?? throw new UnavailableException("the ledger that the prediction stands in cannot be read here");
        while (!await IsReachedAsync(ledger, entry, stage, cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(stage.Anchor is null ? CheckpointPause : AnchorPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<bool> IsReachedAsync(
        LedgerReader ledger,
        LoggedEntry entry,
        PredictionStage stage,
        CancellationToken cancellationToken
    )
    {
        if (stage.Anchor is not { } anchor)
        {
            var latest = await ledger.FindLatestCheckpointAsync(cancellationToken).ConfigureAwait(false);
            return latest?.Size > entry.Index;
        }

        var digest = Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span);
        var own = await ledger.Receipts.FindAsync(digest, anchor, cancellationToken).ConfigureAwait(false);
        var covering = await ledger.Receipts.FindCoveringAsync(anchor, entry.Index, MaxCovering, cancellationToken).ConfigureAwait(false);
        if (covering.Append(own).Any(receipt => receipt is { State: not ReceiptState.Rejected } && receipt.State >= stage.State))
        {
            return true;
        }

        return own?.State is ReceiptState.Rejected
            ? throw new UnavailableException(
                $"the anchor \"{anchor}\" refused the prediction for good: {own.Remark ?? "it does not say why"}"
            )
            : false;
    }
}
