using System.Buffers;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>The header <c>traceparent</c> (W3C Trace Context §3.2).</summary>
public static class TraceParent
{
    private const int Length = 55;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads the caller's trace and span. What is not exactly of the form is as if it were not there, as the specification asks.</summary>
    /// <param name="header">The header's value: <c>00-&lt;trace id&gt;-&lt;parent id&gt;-&lt;flags&gt;</c>; later versions may have more behind.</param>
    /// <returns>Null where it is absent or malformed, or an id is zero.</returns>
    public static SpanIds? Find(string? header)
    {
        if (
            header is not { Length: >= Length }
            || header[2] != '-'
            || header[35] != '-'
            || header[52] != '-'
            || !IsHex(header.AsSpan(0, 2))
            || !IsHex(header.AsSpan(3, 32))
            || !IsHex(header.AsSpan(36, 16))
            || !IsHex(header.AsSpan(53, 2))
        )
        {
            return null;
        }

        var version = header.AsSpan(0, 2);
        var hasRightLength = version is "00" ? header.Length == Length : header.Length == Length || header[Length] == '-';
        return version is "ff" || !hasRightLength || IsZero(header.AsSpan(3, 32)) || IsZero(header.AsSpan(36, 16))
            ? null
            : new SpanIds(header.Substring(3, 32), header.Substring(36, 16));
    }

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    private static bool IsZero(ReadOnlySpan<char> text) => !text.ContainsAnyExcept('0');
}
