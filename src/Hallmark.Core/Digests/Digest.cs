using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Hallmark.Core.Digests;

/// <summary>The result of a hash function: which one, and its bytes. Immutable; two are equal when both agree.</summary>
/// <remarks>Written as <c>sha256:</c> and lower-case hexadecimal digits.</remarks>
public sealed class Digest : IEquatable<Digest>
{
    private readonly byte[] _bytes;

    /// <param name="algorithm">The function that made the bytes.</param>
    /// <param name="bytes">The digest, exactly as long as the algorithm's are; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is none of the known ones.</exception>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> has another length.</exception>
    public Digest(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes)
    {
        var size = DigestAlgorithms.GetSizeInBytes(algorithm);
        if (bytes.Length != size)
        {
            throw new ArgumentException(
                $"A {DigestAlgorithms.GetName(algorithm)} digest has {size} bytes, not {bytes.Length}.",
                nameof(bytes)
            );
        }

        Algorithm = algorithm;
        _bytes = bytes.ToArray();
    }

    /// <summary>The function that made the bytes.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>The digest's bytes: 32, 48 or 64.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The bytes as lower-case hexadecimal digits, without the algorithm's name.</summary>
    public string Hex => Convert.ToHexStringLower(_bytes);

    /// <summary>Hashes bytes that are all at hand.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is none of the known ones.</exception>
    public static Digest Compute(DigestAlgorithm algorithm, ReadOnlySpan<byte> content)
    {
        Span<byte> bytes = stackalloc byte[DigestAlgorithms.GetSizeInBytes(algorithm)];
        Compute(algorithm, content, bytes);
        return new Digest(algorithm, bytes);
    }

    /// <summary>Hashes bytes that are all at hand into a buffer of the caller's.</summary>
    /// <returns>How many bytes were written: the algorithm's digest size.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is none of the known ones.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than the digest.</exception>
    public static int Compute(DigestAlgorithm algorithm, ReadOnlySpan<byte> content, Span<byte> destination)
    {
        var size = DigestAlgorithms.GetSizeInBytes(algorithm);
        if (destination.Length < size)
        {
            throw new ArgumentException($"The buffer must hold {size} bytes.", nameof(destination));
        }

        switch (algorithm)
        {
            case DigestAlgorithm.Sha256:
                Sha256Compression.Hash(content, destination);
                return size;
            case DigestAlgorithm.Sha384:
                return SHA384.HashData(content, destination);
            case DigestAlgorithm.Sha512:
                return SHA512.HashData(content, destination);
            case DigestAlgorithm.Sha3 when SHA3_256.IsSupported:
                return SHA3_256.HashData(content, destination);
            default:
                using (var builder = new DigestBuilder(algorithm))
                {
                    builder.Append(content);
                    return builder.Finish(destination);
                }
        }
    }

    /// <summary>Reads <c>sha256:…</c>: a known algorithm's name, a colon, and all digits in lower case.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Digest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var digest)
            ? digest
            : throw new FormatException(
                "Not a digest: expected an algorithm's name, a colon and lower-case hexadecimal digits, such as sha256:e3b0…."
            );
    }

    /// <summary>Reads <c>sha256:…</c>: a known algorithm's name, a colon, and all digits in lower case. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        var colon = text.IndexOf(':');
        return colon > 0
            && DigestAlgorithms.TryParseName(text[..colon], out var algorithm)
            && TryParseHex(algorithm, text[(colon + 1)..], out digest);
    }

    /// <summary>Reads the digits of a digest whose algorithm is known from elsewhere. Never throws on a bad text.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is none of the known ones.</exception>
    public static bool TryParseHex(DigestAlgorithm algorithm, ReadOnlySpan<char> hex, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        var size = DigestAlgorithms.GetSizeInBytes(algorithm);
        if (hex.Length != size * 2 || hex.ContainsAnyInRange('A', 'F'))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[size];
        if (Convert.FromHexString(hex, bytes, out _, out _) is not System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        digest = new Digest(algorithm, bytes);
        return true;
    }

    /// <summary>Compares without telling, by the time it takes, where the first difference lies.</summary>
    public bool Matches(Digest? other) =>
        other is not null && Algorithm == other.Algorithm && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <summary>True where <paramref name="content"/> hashes to this digest.</summary>
    public bool IsOf(ReadOnlySpan<byte> content)
    {
        Span<byte> bytes = stackalloc byte[DigestAlgorithms.MaxSizeInBytes];
        var size = Compute(Algorithm, content, bytes);
        return CryptographicOperations.FixedTimeEquals(_bytes, bytes[..size]);
    }

    /// <inheritdoc />
    public bool Equals(Digest? other) => Matches(other);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Digest other && Matches(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Algorithm, BitConverter.ToInt64(_bytes, 0));

    /// <summary>The name of the algorithm, a colon, and the digits.</summary>
    public override string ToString() => $"{DigestAlgorithms.GetName(Algorithm)}:{Hex}";

    /// <summary>Equal in algorithm and bytes.</summary>
    public static bool operator ==(Digest? left, Digest? right) => left is null ? right is null : left.Matches(right);

    /// <summary>Different in algorithm or bytes.</summary>
    public static bool operator !=(Digest? left, Digest? right) => !(left == right);
}
