using System.Text.Json.Nodes;

namespace Hallmark.Anchors;

/// <summary>Bytes in receipts: base64 (RFC 4648 §4) in the one form that stands for them, so that no character can be changed unnoticed.</summary>
internal static class CanonicalBase64
{
    /// <summary>The bytes of a JSON string.</summary>
    /// <param name="node">The value.</param>
    /// <param name="maxSize">The most bytes that are taken.</param>
    /// <returns>1 to <paramref name="maxSize"/> bytes; null where the value is something else.</returns>
    public static byte[]? Find(JsonNode? node, int maxSize)
    {
        if (
            node is not JsonValue value
            || !value.TryGetValue<string>(out var text)
            || text.Length == 0
            || text.Length > (((long)maxSize + 2) / 3 * 4)
        )
        {
            return null;
        }

        var buffer = new byte[text.Length];
        return
            Convert.TryFromBase64String(text, buffer, out var length)
            && length is > 0
            && length <= maxSize
            && Convert.ToBase64String(buffer, 0, length) == text
            ? buffer[..length]
            : null;
    }
}
