using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Core.Json;

/// <summary>Reads JSON as RFC 8259 and the envelope family (§1.1) define it and not a byte looser: what hashes and signatures are about.</summary>
/// <remarks>
/// Refused: a byte order mark, bytes that are not UTF-8, anything behind the value, comments, trailing commas, <c>NaN</c>, lone surrogates
/// (also escaped ones), numbers beyond the range of doubles, more than <see cref="MaxDepth"/> nested containers, and (unless asked
/// otherwise) names that stand twice in one object.
/// </remarks>
public static class StrictJson
{
    /// <summary>How many containers may be nested; the outermost is the first.</summary>
    public const int MaxDepth = 128;

    /// <summary>The most bytes that are read, and the limit unless the caller sets a lower one: 256 MiB.</summary>
    public const int MaxSizeInBytes = 256 << 20;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = MaxDepth + 2 };

    /// <summary>Reads one JSON text.</summary>
    /// <param name="utf8">The text, whole.</param>
    /// <param name="duplicates">What to do with a name that stands twice in one object.</param>
    /// <param name="maxSizeInBytes">More bytes than this are refused unread: 1 to <see cref="MaxSizeInBytes"/>.</param>
    /// <returns>The value; null for the text <c>null</c>.</returns>
    /// <exception cref="JsonRejectedException">The text is refused; says why and where.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSizeInBytes"/> is outside its range.</exception>
    public static JsonNode? Parse(
        ReadOnlySpan<byte> utf8,
        DuplicateNames duplicates = DuplicateNames.Refuse,
        int maxSizeInBytes = MaxSizeInBytes
    )
    {
        var buffer = CanonicalJson.Scan(utf8, duplicates, maxSizeInBytes);
        try
        {
            // With a name twice, the tree is built from the canonical text, in which the last value alone is left.
            return JsonNode.Parse(buffer.DroppedMembers ? buffer.Written : utf8, documentOptions: Lenient);
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <summary>Reads one JSON text, with the refusal as a value.</summary>
    /// <param name="utf8">The text, whole.</param>
    /// <param name="node">The value; null for the text <c>null</c>, and on a false result.</param>
    /// <param name="refusal">Why the text was refused; null on a true result.</param>
    /// <param name="duplicates">What to do with a name that stands twice in one object.</param>
    /// <param name="maxSizeInBytes">More bytes than this are refused unread: 1 to <see cref="MaxSizeInBytes"/>.</param>
    /// <returns>False where the text is refused.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSizeInBytes"/> is outside its range.</exception>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        out JsonNode? node,
        [NotNullWhen(false)] out JsonRejectedException? refusal,
        DuplicateNames duplicates = DuplicateNames.Refuse,
        int maxSizeInBytes = MaxSizeInBytes
    )
    {
        try
        {
            node = Parse(utf8, duplicates, maxSizeInBytes);
            refusal = null;
            return true;
        }
        catch (JsonRejectedException exception)
        {
            node = null;
            refusal = exception;
            return false;
        }
    }
}
