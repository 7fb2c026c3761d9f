using System.Security.Cryptography;

namespace Hallmark.Core.Digests;

/// <summary>Hashes bytes that come piece by piece. After finishing it starts afresh, so one builder serves any number of digests. Not for several threads.</summary>
public sealed class DigestBuilder : IDisposable
{
    private readonly IncrementalHash? _platform;
    private readonly Keccak? _keccak;
    private readonly Blake3Hasher? _blake3;
    private bool _disposed;

    /// <param name="algorithm">The function to use.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is none of the known ones.</exception>
    public DigestBuilder(DigestAlgorithm algorithm)
    {
        SizeInBytes = DigestAlgorithms.GetSizeInBytes(algorithm);
        Algorithm = algorithm;
        switch (algorithm)
        {
            case DigestAlgorithm.Blake3:
                _blake3 = new Blake3Hasher();
                break;
            case DigestAlgorithm.Sha3 when !SHA3_256.IsSupported:
                _keccak = new Keccak();
                break;
            default:
                _platform = IncrementalHash.CreateHash(PlatformName(algorithm));
                break;
        }
    }

    /// <summary>The function in use.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>The digest's size in bytes.</summary>
    public int SizeInBytes { get; }

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _platform?.AppendData(content);
        _keccak?.Append(content);
        _blake3?.Append(content);
    }

    /// <summary>Writes the digest of all that was added, and starts afresh.</summary>
    /// <returns>How many bytes were written: <see cref="SizeInBytes"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than that.</exception>
    public int Finish(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (destination.Length < SizeInBytes)
        {
            throw new ArgumentException($"The buffer must hold {SizeInBytes} bytes.", nameof(destination));
        }

        _platform?.GetHashAndReset(destination);
        _keccak?.Finish(destination[..SizeInBytes]);
        _blake3?.Finish(destination[..SizeInBytes]);
        return SizeInBytes;
    }

    /// <summary>The digest of all that was added; starts afresh.</summary>
    public Digest Finish()
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        Finish(bytes);
        return new Digest(Algorithm, bytes);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _disposed = true;
        _platform?.Dispose();
    }

    private static HashAlgorithmName PlatformName(DigestAlgorithm algorithm) =>
        algorithm switch
        {
            DigestAlgorithm.Sha256 => HashAlgorithmName.SHA256,
            DigestAlgorithm.Sha384 => HashAlgorithmName.SHA384,
            DigestAlgorithm.Sha512 => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA3_256,
        };
}
