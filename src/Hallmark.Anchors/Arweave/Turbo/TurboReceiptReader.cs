using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>Reads a receipt's members, strictly where the signature is about them.</summary>
internal static class TurboReceiptReader
{
    // The bundlers sign with Arweave keys.
    private const int KeySizeInBytes = 512;
    private const int MaxVersionLength = 32;
    private const int MaxListLength = 64;

    // 9999-12-31T23:59:59.999Z
    private const long MaxTimestamp = 253_402_300_799_999;

    /// <summary>Null and the members, or why the bytes are refused.</summary>
    public static string? Read(ReadOnlyMemory<byte> json, out TurboReceiptFields? fields)
    {
        fields = null;
        if (json.Length is 0 or > TurboReceipt.MaxSizeInBytes)
        {
            return $"it is {json.Length} bytes long, where 1 to {TurboReceipt.MaxSizeInBytes} are read";
        }

        if (!StrictJson.TryParse(json.Span, out var node, out var refusal) || node is not JsonObject members)
        {
            return refusal?.Message ?? "it is no JSON object";
        }

        if (Text(members, "id") is not { } id || !ArweaveId.IsWellFormed(id))
        {
            return "\"id\" is no item id of 43 characters";
        }

        if (
            Text(members, "version") is not { Length: > 0 and <= MaxVersionLength } version
            || version.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '+'))
        )
        {
            return "\"version\" is no version";
        }

        if (Number(members, "timestamp") is not { } timestamp || timestamp > MaxTimestamp)
        {
            return "\"timestamp\" is no number of milliseconds";
        }

        if (Number(members, "deadlineHeight") is not { } deadline)
        {
            return "\"deadlineHeight\" is no height";
        }

        if (!CanonicalBase64Url.TryDecode(Text(members, "public"), KeySizeInBytes, out var modulus) || modulus[0] < 0x80)
        {
            return "\"public\" is no RSA modulus of 4096 bits in base64url";
        }

        if (!CanonicalBase64Url.TryDecode(Text(members, "signature"), KeySizeInBytes, out var signature))
        {
            return $"\"signature\" is not {KeySizeInBytes} bytes in base64url";
        }

        var claims = new TurboReceiptClaims(
            Text(members, "owner"),
            Text(members, "winc"),
            Texts(members, "dataCaches"),
            Texts(members, "fastFinalityIndexes")
        );
        fields = new TurboReceiptFields(json, id, version, timestamp, deadline, modulus, signature, claims);
        return null;
    }

    private static string? Text(JsonObject members, string name) => Text(members[name]);

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>A whole number from 0 on, written as its digits: the text is what was signed.</summary>
    private static long? Number(JsonObject members, string name) =>
        members[name] is JsonValue value
        && value.GetValueKind() == JsonValueKind.Number
        && value.ToJsonString() is var digits
        && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static List<string> Texts(JsonObject members, string name) =>
        members[name] is JsonArray list ? [.. list.Take(MaxListLength).Select(Text).OfType<string>()] : [];
}
