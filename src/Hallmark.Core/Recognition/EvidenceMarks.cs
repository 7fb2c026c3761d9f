using System.Text;

namespace Hallmark.Core.Recognition;

/// <summary>
/// Tells what a file was before it was damaged. A file that no longer reads as its format still carries most of the format's marks (its name, the names of its members), so that
/// a flipped bit is a failed verification and not "no such file". Says nothing of whether anything in the file holds.
/// </summary>
public static class EvidenceMarks
{
    // In this order: bundles hold receipts, and all of them hold envelopes. No kind reaches its number of marks by the marks of what it is held in.
    private static readonly Signs[] Kinds =
    [
        new(EvidenceFile.HallmarkBundle, 3, "hallmark.evidence/v1", "hashes_only", "verifier_key", "entries", "tree_size"),
        new(
            EvidenceFile.PredictionReceipt,
            3,
            "hallmark/prediction-receipt/v1",
            "decision_id",
            "record_hash",
            "checkpoints",
            "verifier_key"
        ),
        new(EvidenceFile.FamilyWrapper, 3, "ario.evidence/v1", "body_hash", "body_type", "generated_at", "verdict"),
        new(EvidenceFile.InclusionBundle, 3, "ario.agent.proof/v1", "checkpoint_envelope", "checkpoint_tx_id", "leaf_index", "audit_path"),
        new(
            EvidenceFile.AnchorReceipt,
            5,
            "hallmark/receipt/v1",
            "anchor",
            "world",
            "network",
            "target",
            "digest",
            "state",
            "prepared_at",
            "proof"
        ),
        new(EvidenceFile.FieldDisclosure, 3, "hallmark/field-disclosure/v1", "decision_id", "salt", "side", "field"),
        new(EvidenceFile.Envelope, 3, "payload_hash", "event_id", "signed_at", "public_key", "signature", "spec_version"),
    ];

    /// <summary>What kind of file the bytes are, or once were.</summary>
    public static EvidenceFile Recognise(ReadOnlySpan<byte> file)
    {
        foreach (var kind in Kinds)
        {
            if (kind.AreIn(file))
            {
                return kind.File;
            }
        }

        return EvidenceFile.Unknown;
    }

    private sealed class Signs(EvidenceFile file, int enough, params string[] marks)
    {
        private readonly byte[][] _marks = [.. marks.Select(mark => Encoding.UTF8.GetBytes($"\"{mark}\""))];

        public EvidenceFile File => file;

        public bool AreIn(ReadOnlySpan<byte> bytes)
        {
            var found = 0;
            foreach (var mark in _marks)
            {
                found += bytes.IndexOf(mark) >= 0 ? 1 : 0;
                if (found == enough)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
