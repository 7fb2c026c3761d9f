using System.Globalization;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Notes;
using Hallmark.Core.Recognition;

namespace Hallmark.Evidence.Verification;

/// <summary>Verifies an anchor's receipt in a file of its own against the bytes that were handed over.</summary>
/// <param name="trust">Whom and what the reader trusts.</param>
public sealed class AnchorReceiptVerifier(BundleTrust trust)
{
    /// <summary>Reads a receipt from a file.</summary>
    /// <param name="receiptUtf8">The file's bytes.</param>
    /// <param name="damage">The failed verdict, where the file has the marks of a receipt and does not read as one; else null.</param>
    /// <returns>The receipt; null exactly where there is damage.</returns>
    /// <exception cref="BadInputException">It is no receipt, and never was one.</exception>
    public static AnchorReceipt? Read(ReadOnlySpan<byte> receiptUtf8, out Verdict? damage)
    {
        damage = null;
        try
        {
            return AnchorReceiptJson.Parse(receiptUtf8);
        }
        catch (BadInputException refusal)
        {
            var form = refusal.InnerException is JsonRejectedException broken
                ? FormCheck.Judge("the receipt", receiptUtf8, EvidenceFile.AnchorReceipt, broken)
                : FormCheck.Judge(receiptUtf8, EvidenceFile.AnchorReceipt, refusal);
            damage = new Verdict("anchor's receipt", [form]);
            return null;
        }
    }

    /// <summary>Verifies a receipt.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="content">The envelope or checkpoint that it should be for, byte for byte.</param>
    /// <param name="contentName">What the content is called in answers, such as its file.</param>
    /// <param name="cancellationToken">Ends the asking of live worlds.</param>
    public async Task<Verdict> VerifyAsync(
        AnchorReceipt receipt,
        ReadOnlyMemory<byte> content,
        string contentName,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var witness = await trust.Receipts.VerifyAsync(receipt, content, trust.IsLive, cancellationToken).ConfigureAwait(false);
        var asked = trust.Policy?.Evaluate([witness with { Anchor = witness.World }]);
        return new Verdict(
            $"receipt of {receipt.World}/{receipt.Network}",
            [
                CompareDigest(receipt, content.Span, contentName),
                .. CompareSize(receipt, content) is { } size ? (Check[])[size] : [],
                .. witness.Checks,
                Judge(witness),
                .. asked is null ? (Check[])[] : [asked],
            ]
        )
        {
            Witnesses = [witness],
        };
    }

    private static Check CompareDigest(AnchorReceipt receipt, ReadOnlySpan<byte> content, string contentName) =>
        Digest.Compute(DigestAlgorithm.Sha256, content).Equals(receipt.Digest)
            ? Check.Passed("content", $"{contentName} has the digest {receipt.Digest}")
            : BundleChecks.Failed(
                "content",
                "another_digest",
                BundleChecks.Part("digest", $"the receipt is for {receipt.Digest}, not for {contentName}")
            );

    /// <summary>Failed where the content is a checkpoint of another size than the receipt says; null where there is nothing to compare.</summary>
    private static Check? CompareSize(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
    {
        try
        {
            return
                receipt.TreeSize is { } claimed
                && receipt.Target is AnchorTarget.Checkpoint
                && Checkpoint.Parse(SignedNote.Parse(content).Text.Span).Size is var size
                && size != claimed
                ? BundleChecks.Failed(
                    "tree_size",
                    "another_size",
                    BundleChecks.Part(
                        "tree_size",
                        string.Create(CultureInfo.InvariantCulture, $"the receipt says {claimed} entries, the checkpoint {size}")
                    )
                )
                : null;
        }
        catch (NoteFormatException)
        {
            return null; // the digest says whether it is the content
        }
    }

    // What was promised or is still waited for is no proof: neither green nor red.
    private static Check Judge(Witness witness) =>
        new()
        {
            Name = "witness",
            Outcome = witness.Holds ? CheckOutcome.Passed : CheckOutcome.NotRun,
            Reason = witness.Holds ? null : "not_proven",
            Detail = witness.Holds ? $"{witness.World} vouches for it" : $"{AnchorReceiptJson.NameOf(witness.State)}: not proven here",
        };
}
