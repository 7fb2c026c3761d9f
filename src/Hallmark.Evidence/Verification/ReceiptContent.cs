using Hallmark.Core.Anchoring;

namespace Hallmark.Evidence.Verification;

/// <summary>Receipts of bytes that are not at hand.</summary>
internal static class ReceiptContent
{
    /// <summary>What a receipt shows that is for bytes which are not where it stands: nothing, and it should not be there.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="witness">What it would show.</param>
    /// <param name="place">Where it stands, in words.</param>
    public static Witness Refute(AnchorReceipt receipt, Witness witness, string place) =>
        witness with
        {
            Checks =
            [
                .. witness.Checks,
                BundleChecks.Failed(
                    "receipt_content",
                    "another_digest",
                    BundleChecks.Part("digest", $"{receipt.Digest} is of no {AnchorReceiptJson.NameOf(receipt.Target)} in {place}")
                ),
            ],
        };
}
