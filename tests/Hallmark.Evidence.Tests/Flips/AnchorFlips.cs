using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary><c>verify receipt</c> on an anchor's receipt, as the command line does it.</summary>
internal static class AnchorFlips
{
    /// <summary>Members of any receipt that nobody signs and nothing is concluded from: the owner's words, times, and where the block stood when he looked.</summary>
    public const string OwnersWords = @"anchor|remark|prepared_at|submitted_at|refresh_after|expected_at|block\.depth";

    public static Func<byte[], Task<Verdict>> Verifier(IReceiptVerifier world, ReadOnlyMemory<byte> content)
    {
        var verifier = new AnchorReceiptVerifier(new BundleTrust { Receipts = new ReceiptVerifiers([world]) });
        return flipped =>
            AnchorReceiptVerifier.Read(flipped, out var damage) is { } receipt
                ? verifier.VerifyAsync(receipt, content, "the content", CancellationToken.None)
                : Task.FromResult(damage!);
    }

    public static Task<(int Failed, int Neutral)> AssertEachFailsAsync(
        AnchorReceipt receipt,
        IReceiptVerifier world,
        ReadOnlyMemory<byte> content,
        string unsigned = OwnersWords,
        AnchorReceipt? alsoTrue = null,
        int bitsPerByte = 8
    ) =>
        BitFlips.AssertEachFailsAsync(
            AnchorReceiptJson.Write(receipt),
            Verifier(world, content),
            $"^({unsigned})$",
            alsoTrue is null ? null : AnchorReceiptJson.Write(alsoTrue),
            bitsPerByte
        );
}
