using System.Collections.Immutable;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Bodies;
using Hallmark.Ledger;

namespace Hallmark.Evidence.Composing;

/// <summary>Gathers the evidence for events out of a ledger: records, envelopes, checkpoints, proofs and receipts.</summary>
/// <param name="ledger">The ledger.</param>
public sealed class BundleComposer(LedgerReader ledger)
{
    /// <summary>Gathers a body.</summary>
    /// <param name="subject">What it is about, as <see cref="BundleSubject"/> writes it.</param>
    /// <param name="events">The events of the subject, the one that speaks of it last; what they follow is added.</param>
    /// <param name="hasOnlyHashes">True to leave the records out.</param>
    /// <param name="cancellationToken">Ends the gathering.</param>
    /// <exception cref="BadInputException">There is no event, or the ledger's checkpoints do not cover all of them.</exception>
    /// <exception cref="LedgerDamagedException">Entries, tiles and checkpoints do not fit each other.</exception>
    public async Task<BundleBody> ComposeAsync(
        string subject,
        IReadOnlyList<LoggedEntry> events,
        bool hasOnlyHashes,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0)
        {
            throw new BadInputException($"nothing is recorded of {subject}");
        }

        var entries = await RelatedEntries.FindAsync(ledger, events, cancellationToken).ConfigureAwait(false);
        var latest = await ledger.FindLatestCheckpointAsync(cancellationToken).ConfigureAwait(false);
        if (latest is null || entries[^1].Index >= latest.Size)
        {
            throw new BadInputException($"entry {entries[^1].Index} is under no checkpoint yet", "hallmark outbox drain publishes one");
        }

        var notes = new SortedDictionary<long, PublishedCheckpoint> { [latest.Size] = latest };
        var receipts = await EntryReceipts.FindAsync(ledger, entries, notes, cancellationToken).ConfigureAwait(false);
        var handovers = await HandoverProofs.FindAsync(ledger, latest.Size, cancellationToken).ConfigureAwait(false);
        foreach (var (_, checkpoint) in handovers)
        {
            notes[checkpoint.Size] = checkpoint;
        }

        var gathered = ImmutableArray.CreateBuilder<BundleEntry>(entries.Count);
        foreach (var entry in entries)
        {
            gathered.Add(
                new BundleEntry(
                    CanonicalEntry.Require(entry),
                    hasOnlyHashes ? null : entry.Record,
                    await ledger.ProveInclusionAsync(entry.Index, latest.Size, cancellationToken).ConfigureAwait(false)
                )
            );
        }

        return new BundleBody
        {
            Subject = subject,
            EventId = events[^1].EventId,
            HasOnlyHashes = hasOnlyHashes,
            Origin = ledger.Origin,
            VerifierKey = ledger.VerifierKey,
            Handovers = [.. handovers.Select(item => item.Proof)],
            Checkpoints = await LinkAsync([.. notes.Values], cancellationToken).ConfigureAwait(false),
            Entries = gathered.DrainToImmutable(),
            Receipts = receipts,
        };
    }

    private async Task<ImmutableArray<BundleCheckpoint>> LinkAsync(
        IReadOnlyList<PublishedCheckpoint> notes,
        CancellationToken cancellationToken
    )
    {
        var linked = ImmutableArray.CreateBuilder<BundleCheckpoint>(notes.Count);
        for (var i = 0; i < notes.Count; i++)
        {
            var proof =
                i == 0
                    ? null
                    : await ledger.ProveConsistencyAsync(notes[i - 1].Size, notes[i].Size, cancellationToken).ConfigureAwait(false);
            linked.Add(new BundleCheckpoint(notes[i].Note, proof));
        }

        return linked.DrainToImmutable();
    }
}
