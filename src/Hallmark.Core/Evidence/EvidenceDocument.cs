using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hallmark.Core.Json;

namespace Hallmark.Core.Evidence;

/// <summary>
/// JSON that was made canonical once, with the members found in it. The canonical form of any value inside is then a piece of the text, so that hashes and
/// signatures of nested values need no second pass. Reading is safe for several threads.
/// </summary>
internal sealed class EvidenceDocument : IDisposable
{
    private readonly JsonDocument _document;

    private EvidenceDocument(byte[] canonical, JsonDocument document, bool hasRepeatedNames)
    {
        Canonical = canonical;
        _document = document;
        HasRepeatedNames = hasRepeatedNames;
    }

    /// <summary>The whole text in canonical form.</summary>
    internal byte[] Canonical { get; }

    /// <summary>The outermost value.</summary>
    internal JsonElement Root => _document.RootElement;

    /// <summary>Whether a name stood twice in one object; the last value was kept, as the family's kernels do.</summary>
    internal bool HasRepeatedNames { get; }

    /// <summary>Reads a text of anybody's.</summary>
    internal static bool TryRead(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out EvidenceDocument? document,
        [NotNullWhen(false)] out JsonRejectedException? refusal
    )
    {
        try
        {
            var buffer = CanonicalJson.Scan(utf8, DuplicateNames.KeepLast, StrictJson.MaxSizeInBytes);
            var canonical = buffer.Written.ToArray();
            var dropped = buffer.DroppedMembers;
            buffer.Return();
            var parsed = JsonDocument.Parse(canonical, new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth + 2 });
            document = new EvidenceDocument(canonical, parsed, dropped);
            refusal = null;
            return true;
        }
        catch (JsonRejectedException exception)
        {
            document = null;
            refusal = exception;
            return false;
        }
    }

    /// <summary>The canonical text of a value of a document.</summary>
    internal static ReadOnlySpan<byte> TextOf(JsonElement value) => JsonMarshal.GetRawUtf8Value(value);

    /// <inheritdoc />
    public void Dispose() => _document.Dispose();
}
