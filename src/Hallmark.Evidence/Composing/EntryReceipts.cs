using System.Collections.Immutable;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Ledger;

namespace Hallmark.Evidence.Composing;

/// <summary>Finds what outside places gave back for entries of a ledger.</summary>
internal static class EntryReceipts
{
    // Of the checkpoints that cover an entry, a place's proof lies at one of the first.
    private const int MaxTried = 256;

    /// <summary>Every receipt of the envelopes; of the checkpoints above each of them, an anchor's first one that is final, else confirmed, else its first.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="notes">Gets the checkpoints that the receipts are for, by size.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public static async Task<ImmutableArray<AnchorReceipt>> FindAsync(
        LedgerReader ledger,
        IReadOnlyList<LoggedEntry> entries,
        SortedDictionary<long, PublishedCheckpoint> notes,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<(Digest, string), AnchorReceipt>();
        foreach (var entry in entries)
        {
            var digest = Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span);
            foreach (var receipt in await ledger.Receipts.FindAllAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                found.TryAdd((receipt.Digest, receipt.Anchor), receipt);
            }

            var covering = await ledger.Receipts.FindCoveringAsync(entry.Index, MaxTried, cancellationToken).ConfigureAwait(false);
            foreach (var ofAnchor in covering.GroupBy(receipt => receipt.Anchor, StringComparer.Ordinal))
            {
                var best =
                    ofAnchor.FirstOrDefault(receipt => receipt.State is ReceiptState.Final)
                    ?? ofAnchor.FirstOrDefault(receipt => receipt.State is ReceiptState.Confirmed)
                    ?? ofAnchor.First();
                if (
                    best.TreeSize is { } size
                    && await ledger.FindCheckpointAsync(size, cancellationToken).ConfigureAwait(false) is { } checkpoint
                    && found.TryAdd((best.Digest, best.Anchor), best)
                )
                {
                    notes[size] = checkpoint;
                }
            }
        }

        return [.. found.Values.OrderBy(receipt => receipt.Anchor, StringComparer.Ordinal).ThenBy(receipt => receipt.TreeSize)];
    }
}
