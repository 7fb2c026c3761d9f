using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>Waits until every anchor has an event as far as was asked. Works in rounds, each with a session of its own, so that other commands can record in between.</summary>
/// <param name="open">Opens what one round works with.</param>
/// <param name="time">The clock.</param>
public sealed class WitnessWait(Func<Session> open, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Waits.</summary>
    /// <param name="eventId">The event.</param>
    /// <param name="level">How far each anchor must have it; not <see cref="ReceiptState.Rejected"/>.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="show">Is shown how far each is, after each round; the receipt is null where there is none yet.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How far each anchor came.</returns>
    public async Task<IReadOnlyList<AnchorProgress>> RunAsync(
        string eventId,
        ReceiptState level,
        TimeSpan timeout,
        Action<IReadOnlyList<AnchorProgress>> show,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(show);
        var start = time.GetTimestamp();
        while (true)
        {
            TimeSpan pause;
            IReadOnlyList<AnchorProgress> progress;
            var session = open();
            await using (session.ConfigureAwait(false))
            {
                _ = await session.DrainOutboxAsync(cancellationToken).ConfigureAwait(false);
                progress = await LookAsync(session, eventId, level, cancellationToken).ConfigureAwait(false);
                pause = await FindPauseAsync(session, cancellationToken).ConfigureAwait(false);
            }

            show(progress);
            if (progress.All(one => one.IsReached || one.Receipt?.State is ReceiptState.Rejected) || time.GetElapsedTime(start) >= timeout)
            {
                return progress;
            }

            var left = timeout - time.GetElapsedTime(start);
            await Task.Delay(left < pause ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : pause, time, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<AnchorProgress>> LookAsync(
        Session session,
        string eventId,
        ReceiptState level,
        CancellationToken cancellationToken
    )
    {
        var ledger = session.FindLedger() ?? throw new UnavailableException("there is no ledger", "record something first");
        var entry =
            await ledger.FindByEventIdAsync(eventId, cancellationToken).ConfigureAwait(false)
            ?? throw new BadInputException($"no event {eventId} in the ledger");
        var progress = new List<AnchorProgress>();
        foreach (var anchor in session.Anchors)
        {
            var receipt = await FindReceiptAsync(ledger, anchor, entry, cancellationToken).ConfigureAwait(false);
            progress.Add(
                new AnchorProgress(anchor.Name, receipt, receipt is { State: not ReceiptState.Rejected } known && known.State >= level)
            );
        }

        return progress;
    }

    // Of several checkpoints that cover the entry, the one that came furthest.
    private static async Task<AnchorReceipt?> FindReceiptAsync(
        LedgerReader ledger,
        ConfiguredAnchor anchor,
        LoggedEntry entry,
        CancellationToken cancellationToken
    )
    {
        if (anchor.Target is AnchorTarget.Envelope)
        {
            var digest = Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span);
            return await ledger.Receipts.FindAsync(digest, anchor.Name, cancellationToken).ConfigureAwait(false);
        }

        var covering = await ledger.Receipts.FindCoveringAsync(anchor.Name, entry.Index, 32, cancellationToken).ConfigureAwait(false);
        return covering.OrderByDescending(receipt => receipt.State is ReceiptState.Rejected ? -1 : (int)receipt.State).FirstOrDefault();
    }

    private async Task<TimeSpan> FindPauseAsync(Session session, CancellationToken cancellationToken)
    {
        var due = await session.FindLedger()!.Outbox.FindNextDueAsync(cancellationToken).ConfigureAwait(false); // drained a moment ago
        var pause = due is { } next ? next - time.GetUtcNow() : LongestPause;
        return pause < ShortestPause ? ShortestPause
            : pause > LongestPause ? LongestPause
            : pause;
    }
}
