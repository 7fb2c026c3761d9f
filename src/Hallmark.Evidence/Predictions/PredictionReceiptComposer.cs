using System.Collections.Immutable;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Composing;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;

namespace Hallmark.Evidence.Predictions;

/// <summary>Makes receipts of predictions out of a ledger, each time as good as they are by now. Safe for use by several threads.</summary>
/// <param name="ledger">The ledger.</param>
public sealed class PredictionReceiptComposer(LedgerReader ledger)
{
    /// <summary>Makes the receipt of a prediction.</summary>
    /// <param name="decisionId">The prediction.</param>
    /// <param name="withRecord">True to put the record in.</param>
    /// <param name="cancellationToken">Ends the gathering.</param>
    /// <returns>Null where the ledger holds no such prediction.</returns>
    /// <exception cref="UnavailableException">It is logged, and no checkpoint covers it yet: ask again in a second.</exception>
    /// <exception cref="BadInputException">Its envelope is not in canonical form.</exception>
    /// <exception cref="LedgerDamagedException">Entries, tiles and checkpoints do not fit each other.</exception>
    public async Task<PredictionReceipt?> FindAsync(string decisionId, bool withRecord, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(decisionId);
        var entries = await ledger.FindBySubjectAsync(SubjectKeys.Prediction(decisionId), cancellationToken).ConfigureAwait(false);
        return entries is [var entry, ..]
            ? await ComposeAsync(decisionId, entry, withRecord, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<PredictionReceipt> ComposeAsync(
        string decisionId,
        LoggedEntry entry,
        bool withRecord,
        CancellationToken cancellationToken
    )
    {
        var first =
            await ledger.FindNextCheckpointAsync(entry.Index, cancellationToken).ConfigureAwait(false)
            ?? throw new UnavailableException(
                $"prediction {decisionId} is logged, and no checkpoint covers it yet",
                "ask again in a second; where nothing writes the ledger: hallmark outbox drain"
            )
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        var notes = new SortedDictionary<long, PublishedCheckpoint> { [first.Size] = first };
        var receipts = await EntryReceipts.FindAsync(ledger, [entry], notes, cancellationToken).ConfigureAwait(false);
        var checkpoints = ImmutableArray.CreateBuilder<PredictionCheckpoint>(notes.Count);
        foreach (var note in notes.Values)
        {
            var proof = await ledger.ProveInclusionAsync(entry.Index, note.Size, cancellationToken).ConfigureAwait(false);
            checkpoints.Add(new PredictionCheckpoint(note.Note, proof.TreeSize, proof.Path));
        }

        var handovers = await HandoverProofs.FindAsync(ledger, notes.Keys.Last(), cancellationToken).ConfigureAwait(false);
        return new PredictionReceipt
        {
            DecisionId = decisionId,
            RecordHash = entry.PayloadHash,
            Record = withRecord ? entry.Record : null,
            Envelope = CanonicalEntry.Require(entry),
            Origin = ledger.Origin,
            VerifierKey = ledger.VerifierKey,
            Handovers = [.. handovers.Select(item => item.Proof)],
            Index = (ulong)entry.Index,
            Checkpoints = checkpoints.DrainToImmutable(),
            Receipts = receipts,
        };
    }
}
