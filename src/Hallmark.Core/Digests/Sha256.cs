using System.Security.Cryptography;

namespace Hallmark.Core.Digests;

/// <summary>SHA-256 (FIPS 180-4) of bytes that are all at hand: the base library's results, without its costs at a call for inputs of a few kilobytes.</summary>
public static class Sha256
{
    /// <summary>Hashes into a buffer of the caller's.</summary>
    /// <param name="content">The input.</param>
    /// <param name="destination">Receives 32 bytes in front.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 32 bytes.</exception>
    public static void Hash(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        if (destination.Length < SHA256.HashSizeInBytes)
        {
            throw new ArgumentException("The buffer must hold 32 bytes.", nameof(destination));
        }

        Sha256Compression.Hash(content, destination);
    }

    /// <summary>Hashes, and writes the result as 64 lower-case hex digits.</summary>
    /// <param name="content">The input.</param>
    public static string HashHex(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Sha256Compression.Hash(content, hash);
        return Convert.ToHexStringLower(hash);
    }
}
