using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.Arweave.Receipts;

/// <summary>The members of <see cref="AnchorReceipt.Proof"/> that are Arweave's own (docs/formats/receipts.md). Reading them verifies nothing.</summary>
public sealed record ArweaveProof
{
    /// <summary>
    /// The largest item that is made, sent or read: 1 MiB. An envelope has at most 65,535 bytes, so that no item of ours comes near it; Turbo's upload in parts begins above
    /// two chunks of 5 MiB (turbo-ans104.md §8.4), and is not needed.
    /// </summary>
    public const int MaxItemSizeInBytes = 1 << 20;

    private const int MaxRecordSize = 64 * 1024;
    private const int MaxTextLength = 200;

    /// <summary>The signed data item, as it was sent.</summary>
    public required DataItem Item { get; init; }

    /// <summary>For batched mode: the checkpoint record's bytes, which the envelope in the item commits to; otherwise null.</summary>
    public ReadOnlyMemory<byte>? Record { get; init; }

    /// <summary>The bundler's signed promise; or null.</summary>
    public TurboReceipt? TurboReceipt { get; init; }

    /// <summary>The bundle's transaction, by the bundler's or a gateway's word; or null.</summary>
    public string? BundleId { get; init; }

    /// <summary>The gateway whose word the block is; or null.</summary>
    public string? Gateway { get; init; }

    /// <summary>What operators of gateways signed about the item, unchecked; at most <see cref="ReceiptAttestations.MaxCount"/>.</summary>
    public IReadOnlyList<OperatorAttestation> Attestations { get; init; } = [];

    /// <summary>How often the bundler took the item and then failed it or lost it.</summary>
    public int Failures { get; init; }

    /// <summary>The envelope that the item carries: in direct mode the content itself, in batched mode the signed checkpoint of <c>ario.events/v1</c>.</summary>
    public ReadOnlyMemory<byte> Envelope => Item.Data;

    /// <summary>As the receipt's proof.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["item"] = Convert.ToBase64String(Item.Bytes.Span) };
        AddPresent(json, "record", Record is { } record ? Convert.ToBase64String(record.Span) : null);
        AddPresent(json, "turbo_receipt", TurboReceipt is { } receipt ? Convert.ToBase64String(receipt.Bytes.Span) : null);
        AddPresent(json, "bundle_id", BundleId);
        AddPresent(json, "gateway", Gateway);
        if (Failures > 0)
        {
            json["failures"] = Failures;
        }

        if (Attestations.Count > 0)
        {
            json["attestations"] = new JsonArray([.. Attestations.Select(static attestation => (JsonNode)attestation.ToRecord())]);
        }

        return json;
    }

    /// <summary>Reads the proof of a receipt strictly: no unknown members, each in its bounds and in its one form.</summary>
    /// <param name="receipt">The receipt, of this world.</param>
    /// <param name="proof">The proof; null on a false result.</param>
    /// <param name="fault">Which member is wrong and how; null on a true result.</param>
    public static bool TryRead(AnchorReceipt receipt, [NotNullWhen(true)] out ArweaveProof? proof, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        proof = null;
        fault = null;
        var failures = 0;
        byte[]? itemBytes = null;
        byte[]? record = null;
        byte[]? receiptBytes = null;
        string? bundle = null;
        string? gateway = null;
        IReadOnlyList<OperatorAttestation>? attestations = null;
        foreach (var (name, node) in receipt.Proof)
        {
            var isRead = name switch
            {
                "item" => TryBytes(node, MaxItemSizeInBytes, out itemBytes),
                "record" => TryBytes(node, MaxRecordSize, out record),
                "turbo_receipt" => TryBytes(node, TurboReceipt.MaxSizeInBytes, out receiptBytes),
                "bundle_id" => TryText(node, out bundle) && ArweaveId.IsWellFormed(bundle),
                "gateway" => TryText(node, out gateway),
                "attestations" => ReceiptAttestations.TryRead(node, out attestations, out fault),
                "failures" => node is JsonValue value && value.TryGetValue(out failures) && failures is > 0 and < 1_000,
                _ => false,
            };
            if (!isRead)
            {
                fault = fault is not null ? $"its member \"{name}\": {fault}" : $"its member \"{name}\" is not known or malformed";
                return false;
            }
        }

        if (itemBytes is null)
        {
            fault = "it has no item";
            return false;
        }

        if (!DataItem.TryParse(itemBytes, out var item, out var refusal))
        {
            fault = "its item is none: " + refusal.Reason;
            return false;
        }

        TurboReceipt? turbo = null;
        if (receiptBytes is not null && !TurboReceipt.TryParse(receiptBytes, out turbo, out var reason))
        {
            fault = "its turbo_receipt is none: " + reason;
            return false;
        }

        proof = new ArweaveProof
        {
            Item = item,
            Record = record is null ? null : (ReadOnlyMemory<byte>?)record,
            TurboReceipt = turbo,
            BundleId = bundle,
            Gateway = gateway,
            Attestations = attestations ?? [],
            Failures = failures,
        };
        return true;
    }

    private static void AddPresent(JsonObject json, string name, string? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }

    private static bool TryText(JsonNode? node, [NotNullWhen(true)] out string? text)
    {
        text = null;
        return node is JsonValue value && value.TryGetValue(out text) && text.Length is > 0 and <= MaxTextLength;
    }

    private static bool TryBytes(JsonNode? node, int maxSize, [NotNullWhen(true)] out byte[]? bytes) =>
        (bytes = CanonicalBase64.Find(node, maxSize)) is not null;
}
