using System.Collections.Immutable;
using System.Globalization;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Checks;

namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>The questions asked of a receipt (<c>turbo-ans104.md</c> §8.2).</summary>
internal static class TurboReceiptChecks
{
    public static ImmutableArray<Check> Run(
        TurboReceipt receipt,
        string itemId,
        string ownerAddress,
        TurboReceiptExpectation expectation
    ) =>
        [
            Signature(receipt),
            Bundler(receipt, expectation.BundlerAddresses),
            Item(receipt, itemId, ownerAddress),
            Time(receipt, expectation),
            Deadline(receipt, expectation.Height),
        ];

    private static Check Signature(TurboReceipt receipt) =>
        SignatureCheck.IsRsaSignature(receipt.Modulus, receipt.ComputeSignedMessage(), receipt.Signature)
            ? Check.Passed("receipt_signature", "the key in the receipt signed its id, version, timestamp and deadline")
            : Check.Failed(
                "receipt_signature",
                "signature_invalid",
                "the key in the receipt did not sign its id, version, timestamp and deadline"
            );

    private static Check Bundler(TurboReceipt receipt, IReadOnlyCollection<string> trusted) =>
        trusted.Count == 0
            ? Check.NotRun(
                "receipt_bundler",
                "no_bundler_pinned",
                $"nobody said which bundler is trusted; the receipt's key is {receipt.BundlerAddress}"
            )
        : trusted.Contains(receipt.BundlerAddress, StringComparer.Ordinal)
            ? Check.Passed("receipt_bundler", $"the receipt's key is that of the trusted bundler {receipt.BundlerAddress}")
        : Check.Failed(
            "receipt_bundler",
            "bundler_unknown",
            $"the receipt's key is {receipt.BundlerAddress}, which is no trusted bundler's"
        );

    private static Check Item(TurboReceipt receipt, string itemId, string ownerAddress)
    {
        if (receipt.Id != itemId)
        {
            return Check.Failed("receipt_item", "another_item", $"the receipt is for item {receipt.Id} and not for {itemId}");
        }

        // Not signed, so agreement proves nothing; but a service that names another owner mixed something up.
        return receipt.Unattested.OwnerAddress is { } owner && owner != ownerAddress
            ? Check.Failed("receipt_item", "another_owner", $"the receipt names the owner {owner}, and the item's is {ownerAddress}")
            : Check.Passed("receipt_item", $"the receipt is for item {itemId}");
    }

    private static Check Time(TurboReceipt receipt, TurboReceiptExpectation expectation)
    {
        var time = receipt.Timestamp.ToString("O", CultureInfo.InvariantCulture);
        return (expectation.NotBefore, expectation.NotAfter) switch
        {
            (null, null) => Check.Skipped("receipt_time", "no_time_given", $"nothing to hold the bundler's time {time} against"),
            ({ } earliest, _) when receipt.Timestamp < earliest => Check.Failed(
                "receipt_time",
                "time_implausible",
                $"the bundler's time {time} is before the upload"
            ),
            (_, { } latest) when receipt.Timestamp > latest => Check.Failed(
                "receipt_time",
                "time_implausible",
                $"the bundler's time {time} is after the receipt arrived"
            ),
            _ => Check.Passed("receipt_time", $"the bundler's time {time} is plausible"),
        };
    }

    private static Check Deadline(TurboReceipt receipt, long? height) =>
        height is not { } known
            ? Check.Skipped("receipt_deadline", "no_height_given", $"nothing to hold the deadline {receipt.DeadlineHeight} against")
        : receipt.DeadlineHeight > known
            ? Check.Passed("receipt_deadline", $"promised by height {receipt.DeadlineHeight}, at height {known}")
        : Check.Failed("receipt_deadline", "deadline_passed", $"the deadline {receipt.DeadlineHeight} is not above the height {known}");
}
