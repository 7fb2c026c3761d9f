using System.Text;

namespace Hallmark.Server.Agent;

/// <summary>
/// Reads the asset id out of a request target, from the bytes of the request line: <c>/</c> in an id comes as <c>%2F</c>, and whatever a server or a router makes of a path
/// before (unescaping, dissolving <c>..</c>) would make another id of it. RFC 3986 §2.1, UTF-8.
/// </summary>
internal static class AssetPath
{
    private const string Prefix = "/v1/verify-status/";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The asset id; null where the target is another path, has a <c>/</c> in the id's place, or is not well-formed.</summary>
    public static string? FindAssetId(string rawTarget)
    {
        ArgumentNullException.ThrowIfNull(rawTarget);
        if (!rawTarget.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var end = rawTarget.IndexOf('?', StringComparison.Ordinal);
        return Unescape(rawTarget.AsSpan(Prefix.Length, (end < 0 ? rawTarget.Length : end) - Prefix.Length));
    }

    private static string? Unescape(ReadOnlySpan<char> segment)
    {
        var bytes = new byte[segment.Length];
        var count = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            var c = segment[i];
            if (c == '%')
            {
                if (i + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[i + 1]) || !char.IsAsciiHexDigit(segment[i + 2]))
                {
                    return null;
                }

                bytes[count++] = Convert.FromHexString(segment.Slice(i + 1, 2))[0];
                i += 2;
            }
            else if (c is '/' or > '~' or <= ' ')
            {
                return null;
            }
            else
            {
                bytes[count++] = (byte)c;
            }
        }

        try
        {
            return Strict.GetString(bytes, 0, count);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
