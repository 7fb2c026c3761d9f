using System.Collections.Immutable;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>What is asked beside a receipt's own checks: whether a checkpoint speaks for an entry, and what all witnesses together mean.</summary>
internal static class WitnessChecks
{
    /// <summary>Whether the ledger's key signed the checkpoint, and whether the entry is in its tree.</summary>
    public static async Task<ImmutableArray<Check>> OfCheckpointAsync(
        LedgerReader ledger,
        ReadOnlyMemory<byte> note,
        long size,
        ReadOnlyMemory<byte> envelope,
        long index,
        CancellationToken cancellationToken
    )
    {
        Checkpoint checkpoint;
        try
        {
            var signed = SignedNote.Parse(note);
            checkpoint = Checkpoint.Parse(signed.Text.Span);
            var keys = await ledger.FindKeysAsync(cancellationToken).ConfigureAwait(false);
            if (keys.FindFault(signed, checkpoint.Size) is { } fault)
            {
                return
                [
                    Check.Failed(
                        "checkpoint",
                        "signature_invalid",
                        $"the checkpoint over {size} entries is not signed by the ledger's key: {fault}"
                    ),
                ];
            }
        }
        catch (LedgerDamagedException fault)
        {
            return [Check.Failed("checkpoint", "keys_broken", fault.Message)];
        }
        catch (NoteFormatException fault)
        {
            return [Check.Failed("checkpoint", "malformed", $"the checkpoint over {size} entries: {fault.Message}")];
        }

        if (checkpoint.Origin != ledger.Origin || checkpoint.Size != size)
        {
            return [Check.Failed("checkpoint", "another_tree", $"the checkpoint is of {checkpoint.Size} entries of {checkpoint.Origin}")];
        }

        return
        [
            Check.Passed("checkpoint", $"signed by the ledger {ledger.Origin} over {size} entries"),
            await CheckInclusionAsync(ledger, checkpoint, envelope, index, cancellationToken).ConfigureAwait(false),
        ];
    }

    /// <summary>The verdict's one check of all witnesses: failed where a receipt is refuted, passed where an outside witness holds, else not run and not required.</summary>
    public static Check Judge(ImmutableArray<Witness> witnesses)
    {
        if (witnesses.Where(witness => witness.IsRefuted).ToList() is { Count: > 0 } refuted)
        {
            var faults = refuted.SelectMany(witness =>
                witness
                    .Checks.Where(check => check.Outcome is CheckOutcome.Failed)
                    .Select(check => $"{witness.Anchor}: {check.Name}: {check.Detail}")
            );
            return Check.Failed(WitnessFindings.WitnessesCheck, "refuted", string.Join("; ", faults));
        }

        var outside = witnesses
            .Where(witness => witness is { IsOutside: true, Holds: true })
            .Select(witness => witness.Anchor)
            .Distinct()
            .ToList();
        return outside.Count > 0
            ? Check.Passed(WitnessFindings.WitnessesCheck, "seen outside by " + string.Join(", ", outside))
            : Check.Skipped(WitnessFindings.WitnessesCheck, "no_outside_witness", "no outside witness yet");
    }

    private static async Task<Check> CheckInclusionAsync(
        LedgerReader ledger,
        Checkpoint checkpoint,
        ReadOnlyMemory<byte> envelope,
        long index,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var proof = await ledger.ProveInclusionAsync(index, checkpoint.Size, cancellationToken).ConfigureAwait(false);
            return
                proof.Index == (ulong)index
                && proof.TreeSize == (ulong)checkpoint.Size
                && proof.Verifies(MerkleHash.Leaf(envelope.Span), checkpoint.Root)
                ? Check.Passed("inclusion", $"entry {index} is in the checkpoint's tree")
                : Check.Failed(
                    "inclusion",
                    "not_included",
                    $"entry {index} is not in the tree of the checkpoint over {checkpoint.Size} entries"
                );
        }
        catch (HallmarkException failure) when (failure is not UnavailableException)
        {
            return Check.Failed("inclusion", "not_included", failure.Message);
        }
        catch (UnavailableException failure)
        {
            return Check.Unreachable("inclusion", "out_of_reach", failure.Message);
        }
    }
}
