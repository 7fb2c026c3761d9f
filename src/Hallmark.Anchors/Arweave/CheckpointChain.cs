using System.Security.Cryptography;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Envelopes;

namespace Hallmark.Anchors.Arweave;

/// <summary>What the next checkpoint of an anchor links to.</summary>
/// <param name="PreviousHash">Hash of the previous checkpoint's record, 64 lower-case hex digits, or <see cref="EnvelopeDrafts.Genesis"/>.</param>
/// <param name="WindowEnd">When the previous window ended; null for the first.</param>
internal sealed record CheckpointChain(string PreviousHash, DateTimeOffset? WindowEnd)
{
    private static readonly CheckpointChain Start = new(EnvelopeDrafts.Genesis, null);

    /// <summary>Finds the link. A chain is one key's: another key begins anew. A checkpoint that was refused for good is stepped over, for nobody can find it.</summary>
    /// <param name="last">The last receipt of the anchor, whatever it is of; or null.</param>
    /// <param name="publicKey">The key that signs the next one, hex.</param>
    public static CheckpointChain Find(AnchorReceipt? last, string publicKey)
    {
        if (
            last is not { World: ArweaveAnchor.WorldName, Target: AnchorTarget.Checkpoint }
            || !ArweaveProof.TryRead(last, out var proof, out _)
            || proof.Record is not { } bytes
            || !CheckpointRecord.TryRead(bytes.Span, out var record)
            || !EnvelopeView.TryRead(proof.Envelope.Span, out var envelope)
            || envelope.PublicKey != publicKey
        )
        {
            return Start;
        }

        return last.State is ReceiptState.Rejected
            ? new CheckpointChain(record.PreviousHash, record.WindowStart)
            : new CheckpointChain(Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), record.WindowEnd);
    }
}
