using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Hallmark.Anchors.Arweave;

/// <summary>base64url without padding (RFC 4648 §5) in the one form that stands for some bytes: bits left over at the end must be zero.</summary>
internal static class CanonicalBase64Url
{
    /// <summary>Decodes a text of exactly so many bytes.</summary>
    /// <returns>False for null, another length, any character outside the alphabet (blanks and padding too), or bits left over that are not zero.</returns>
    public static bool TryDecode([NotNullWhen(true)] string? text, int sizeInBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null || text.Length != ((sizeInBytes * 4) + 2) / 3)
        {
            return false;
        }

        var decoded = new byte[sizeInBytes];
        if (
            Base64Url.DecodeFromChars(text, decoded, out _, out var written) != OperationStatus.Done
            || written != sizeInBytes
            || Base64Url.EncodeToString(decoded) != text
        )
        {
            return false;
        }

        bytes = decoded;
        return true;
    }
}
