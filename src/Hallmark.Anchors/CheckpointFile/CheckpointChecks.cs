using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.CheckpointFile;

/// <summary>What is asked of every receipt that carries its checkpoint.</summary>
internal static class CheckpointChecks
{
    /// <summary>Asks for the network, the content and the note.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="content">The signed checkpoint.</param>
    /// <param name="world">The kind of world that is expected.</param>
    /// <param name="network">The network that is expected; null for any.</param>
    /// <param name="checks">Receives the answers.</param>
    /// <returns>The note; null where it is not the content.</returns>
    public static byte[]? Run(AnchorReceipt receipt, ReadOnlyMemory<byte> content, string world, string? network, ReceiptCheckList checks)
    {
        var found = $"{receipt.World}/{receipt.Network}";
        checks.Decide(
            "network",
            receipt.World == world && (network is null || receipt.Network == network)
                ? null
                : ("another_network", $"the receipt is of {found}, and {world}/{network ?? "any"} was asked for"),
            $"the receipt is of {found}"
        );
        checks.Decide(
            "digest",
            receipt.Digest.IsOf(content.Span) ? null : ("another_digest", "the receipt is for other content"),
            "the receipt is for this content"
        );
        try
        {
            var note = CheckpointNote.Read(receipt);
            var isWhole = receipt is { Target: AnchorTarget.Checkpoint, TreeSize: not null, Block: null } && receipt.Digest.IsOf(note);
            checks.Decide(
                "note",
                isWhole ? null : ("another_note", "the checkpoint in the receipt is not the one that the receipt is for"),
                "the receipt holds the signed checkpoint"
            );
            return isWhole ? note : null;
        }
        catch (BadInputException refusal)
        {
            checks.Fail("proof", "malformed", refusal.Message);
            return null;
        }
    }
}
