using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Hallmark.Anchors.Arweave;

/// <summary>
/// The 43 characters that Arweave names things by: base64url without padding of a SHA-256. An item's or transaction's id hashes its signature, an owner
/// address hashes the owner's public key, whatever kind of key it is.
/// </summary>
public static class ArweaveId
{
    /// <summary>How long an id or address is as text.</summary>
    public const int Length = 43;

    /// <summary>The id or address of a signature or public key.</summary>
    public static string Of(ReadOnlySpan<byte> hashed)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(hashed, digest);
        return Base64Url.EncodeToString(digest);
    }

    /// <summary>Whether a text is an id or address in the one form that stands for its 32 bytes.</summary>
    public static bool IsWellFormed([NotNullWhen(true)] string? text) => CanonicalBase64Url.TryDecode(text, SHA256.HashSizeInBytes, out _);
}
