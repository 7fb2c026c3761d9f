using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Ledger;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>Receipts of a world that only tests know.</summary>
internal static class TestReceipt
{
    public static AnchorReceipt Of(PublishedCheckpoint checkpoint, string anchor, ReceiptState state = ReceiptState.Final) =>
        new()
        {
            Anchor = anchor,
            World = "notary",
            Network = "tests",
            Target = AnchorTarget.Checkpoint,
            Digest = Digest.Compute(DigestAlgorithm.Sha256, checkpoint.Note.Span),
            TreeSize = checkpoint.Size,
            State = state,
            PreparedAt = DateTimeOffset.UnixEpoch,
            Proof = new JsonObject { ["seen"] = Digest.Compute(DigestAlgorithm.Sha256, checkpoint.Note.Span).Hex },
        };
}
