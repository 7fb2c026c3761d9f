using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Json;

/// <summary>The canonical form of JSON values (RFC 8785, JCS; envelope family §1): the only form that is hashed and signed.</summary>
public static class CanonicalJson
{
    /// <summary>Writes a JSON text in canonical form.</summary>
    /// <param name="utf8Json">The text, whole; at most <see cref="StrictJson.MaxSizeInBytes"/>.</param>
    /// <param name="duplicates">What to do with a name that stands twice in one object.</param>
    /// <returns>UTF-8 without byte order mark.</returns>
    /// <exception cref="JsonRejectedException">The text is refused as by <see cref="StrictJson"/>; says why and where.</exception>
    public static byte[] Canonicalize(ReadOnlySpan<byte> utf8Json, DuplicateNames duplicates = DuplicateNames.Refuse) =>
        TakeBytes(Scan(utf8Json, duplicates, StrictJson.MaxSizeInBytes));

    /// <summary>Writes a JSON text in canonical form to a destination. Nothing is written on a refusal.</summary>
    /// <inheritdoc cref="Canonicalize(ReadOnlySpan{byte}, DuplicateNames)"/>
    public static void Canonicalize(
        ReadOnlySpan<byte> utf8Json,
        IBufferWriter<byte> destination,
        DuplicateNames duplicates = DuplicateNames.Refuse
    ) => PutBytes(Scan(utf8Json, duplicates, StrictJson.MaxSizeInBytes), destination);

    /// <summary>Writes a value in canonical form.</summary>
    /// <param name="node">The value; null is the literal <c>null</c>.</param>
    /// <returns>UTF-8 without byte order mark.</returns>
    /// <exception cref="JsonRejectedException">
    /// The value has no canonical form: NaN, a lone surrogate, too deep, a native type such as a date, or an integer that was set in code and lies outside ±(2⁵³−1).
    /// </exception>
    public static byte[] Canonicalize(JsonNode? node) => TakeBytes(Write(node));

    /// <summary>Writes a value in canonical form to a destination. Nothing is written on a refusal.</summary>
    /// <inheritdoc cref="Canonicalize(JsonNode)"/>
    public static void Canonicalize(JsonNode? node, IBufferWriter<byte> destination) => PutBytes(Write(node), destination);

    /// <summary>Writes a parsed value in canonical form.</summary>
    /// <param name="element">The value; its own text is read again, strictly.</param>
    /// <param name="duplicates">What to do with a name that stands twice in one object.</param>
    /// <returns>UTF-8 without byte order mark.</returns>
    /// <exception cref="JsonRejectedException">The text is refused as by <see cref="StrictJson"/>; the offset counts from the value's own beginning.</exception>
    public static byte[] Canonicalize(JsonElement element, DuplicateNames duplicates = DuplicateNames.Refuse) =>
        Canonicalize(JsonMarshal.GetRawUtf8Value(element), duplicates);

    /// <summary>Writes a parsed value in canonical form to a destination. Nothing is written on a refusal.</summary>
    /// <inheritdoc cref="Canonicalize(JsonElement, DuplicateNames)"/>
    public static void Canonicalize(
        JsonElement element,
        IBufferWriter<byte> destination,
        DuplicateNames duplicates = DuplicateNames.Refuse
    ) => Canonicalize(JsonMarshal.GetRawUtf8Value(element), destination, duplicates);

    /// <summary>The SHA-256 of a value's canonical form, which is what payload hashes are.</summary>
    /// <returns>64 lower-case hex digits.</returns>
    /// <inheritdoc cref="Canonicalize(JsonNode)"/>
    public static string Sha256Hex(JsonNode? node)
    {
        var buffer = Write(node);
        var hash = Sha256.HashHex(buffer.Written);
        buffer.Return();
        return hash;
    }

    /// <summary>Reads a text into a rented buffer, which the caller returns.</summary>
    internal static CanonicalBuffer Scan(ReadOnlySpan<byte> utf8, DuplicateNames duplicates, int maxSizeInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSizeInBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSizeInBytes, StrictJson.MaxSizeInBytes);
        if (utf8.Length > maxSizeInBytes)
        {
            throw new JsonRejectedException(JsonFault.TooLarge, maxSizeInBytes);
        }

        var buffer = CanonicalBuffer.Rent(utf8.Length + CanonicalBuffer.Slack);
        CanonicalScanner.Run(utf8, buffer, duplicates);
        return buffer;
    }

    private static CanonicalBuffer Write(JsonNode? node)
    {
        var buffer = CanonicalBuffer.Rent(1024);
        try
        {
            NodeWriter.Write(node, buffer);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // A tree that a looser reader built finds its repeated or ill-formed names only when they are looked at.
            throw new JsonRejectedException(JsonFault.Syntax, -1);
        }

        return buffer;
    }

    private static byte[] TakeBytes(CanonicalBuffer buffer)
    {
        var bytes = buffer.Written.ToArray();
        buffer.Return();
        return bytes;
    }

    private static void PutBytes(CanonicalBuffer buffer, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(buffer.Written);
        buffer.Return();
    }
}
