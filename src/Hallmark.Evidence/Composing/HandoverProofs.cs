using System.Collections.Immutable;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Failures;
using Hallmark.Ledger;

namespace Hallmark.Evidence.Composing;

/// <summary>Gathers what shows, without the ledger, how its checkpoint key was handed over.</summary>
internal static class HandoverProofs
{
    /// <summary>The handovers below a size, in the ledger's order, and the first checkpoint that covers each.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="size">The largest checkpoint that is to be verified.</param>
    /// <param name="cancellationToken">Ends the gathering.</param>
    /// <exception cref="LedgerDamagedException">A handover does not hold, or entries, tiles and checkpoints do not fit each other.</exception>
    public static async Task<ImmutableArray<(KeyHandoverProof Proof, PublishedCheckpoint Checkpoint)>> FindAsync(
        LedgerReader ledger,
        long size,
        CancellationToken cancellationToken
    )
    {
        var keys = await ledger.FindKeysAsync(cancellationToken).ConfigureAwait(false);
        if (keys.Length == 0)
        {
            return [];
        }

        var found = ImmutableArray.CreateBuilder<(KeyHandoverProof Proof, PublishedCheckpoint Checkpoint)>(keys.Length);
        foreach (var index in keys.Indices.TakeWhile(index => index < size))
        {
            var entry = await ledger.FindByIndexAsync(index, cancellationToken).ConfigureAwait(false);
            var checkpoint = await ledger.FindNextCheckpointAsync(index, cancellationToken).ConfigureAwait(false);
            if (entry is null || checkpoint is null)
            {
                throw new BadInputException(
                    $"the handover of entry {index} is under no checkpoint yet",
                    "hallmark outbox drain publishes one"
                );
            }

            var proof = await ledger.ProveInclusionAsync(index, checkpoint.Size, cancellationToken).ConfigureAwait(false);
            found.Add((new KeyHandoverProof(entry.Envelope, proof, checkpoint.Note), checkpoint));
        }

        return found.DrainToImmutable();
    }
}
