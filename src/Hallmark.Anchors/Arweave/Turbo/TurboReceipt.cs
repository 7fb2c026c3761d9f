using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Checks;

namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>
/// What Turbo's upload service answers: the bundler's signed promise that an item will be on Arweave by a certain height (<c>turbo-ans104.md</c> §8.2). It is
/// not evidence that the item is there. Only what stands directly in this type is signed; the rest is in <see cref="Unattested"/>.
/// </summary>
public sealed class TurboReceipt
{
    /// <summary>The longest receipt that is read.</summary>
    public const int MaxSizeInBytes = 64 * 1024;

    internal TurboReceipt(TurboReceiptFields fields)
    {
        Bytes = fields.Bytes;
        Id = fields.Id;
        Version = fields.Version;
        TimestampMilliseconds = fields.Timestamp;
        DeadlineHeight = fields.DeadlineHeight;
        Modulus = fields.Modulus;
        Signature = fields.Signature;
        BundlerAddress = ArweaveId.Of(fields.Modulus);
        Unattested = fields.Unattested;
    }

    /// <summary>The receipt as it was received, to be kept.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The id of the item that was taken, 43 characters.</summary>
    public string Id { get; }

    /// <summary>The version of the receipt's format, such as <c>0.2.0</c>.</summary>
    public string Version { get; }

    /// <summary>When the bundler says it took the item, in milliseconds since 1970.</summary>
    public long TimestampMilliseconds { get; }

    /// <summary>When the bundler says it took the item.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(TimestampMilliseconds);

    /// <summary>The height of Arweave's chain by which the item is promised to be on it.</summary>
    public long DeadlineHeight { get; }

    /// <summary>The address of the key in the receipt. Anybody can put a key of their own there: it counts only where it is an address that is trusted.</summary>
    public string BundlerAddress { get; }

    /// <summary>What the signature does not cover.</summary>
    public TurboReceiptClaims Unattested { get; }

    internal byte[] Modulus { get; }

    internal byte[] Signature { get; }

    /// <summary>Reads a receipt; nothing is verified.</summary>
    /// <param name="json">The service's answer, whole; not copied. Members that are not known are passed over.</param>
    /// <exception cref="TurboReceiptException">The bytes are no receipt.</exception>
    public static TurboReceipt Parse(ReadOnlyMemory<byte> json) =>
        TryParse(json, out var receipt, out var reason) ? receipt : throw new TurboReceiptException("Not a Turbo receipt: " + reason);

    /// <summary>Reads a receipt, with the refusal as a value.</summary>
    /// <param name="json">The service's answer, whole; not copied.</param>
    /// <param name="receipt">The receipt; null on a false result.</param>
    /// <param name="reason">Why the bytes are refused; null on a true result.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out TurboReceipt? receipt,
        [NotNullWhen(false)] out string? reason
    )
    {
        reason = TurboReceiptReader.Read(json, out var fields);
        receipt = reason is null ? new TurboReceipt(fields!) : null;
        return receipt is not null;
    }

    /// <summary>Holds the receipt against the item that was sent and what else is known.</summary>
    /// <returns>
    /// Five checks: <c>receipt_signature</c>, <c>receipt_bundler</c>, <c>receipt_item</c> (required), <c>receipt_time</c> and <c>receipt_deadline</c> (required
    /// only where something was given to hold them against).
    /// </returns>
    public ImmutableArray<Check> Verify(DataItem item, TurboReceiptExpectation expectation)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Verify(item.Id, item.OwnerAddress, expectation);
    }

    /// <inheritdoc cref="Verify(DataItem, TurboReceiptExpectation)"/>
    /// <param name="itemId">The id of the item that was sent.</param>
    /// <param name="ownerAddress">The address of the wallet that signed it.</param>
    /// <param name="expectation">What else is known.</param>
    public ImmutableArray<Check> Verify(string itemId, string ownerAddress, TurboReceiptExpectation expectation)
    {
        ArgumentNullException.ThrowIfNull(expectation);
        return TurboReceiptChecks.Run(this, itemId, ownerAddress, expectation);
    }

    /// <summary>The message that the bundler signed, 48 bytes.</summary>
    public byte[] ComputeSignedMessage() =>
        new DeepHash(5)
            .Add("Bundlr")
            .Add(Version)
            .Add(Id)
            .Add(DeadlineHeight.ToString(CultureInfo.InvariantCulture))
            .Add(TimestampMilliseconds.ToString(CultureInfo.InvariantCulture))
            .Finish();
}
