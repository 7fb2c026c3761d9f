using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>
/// Arweave's deep hash of a list, with SHA-384 (<c>turbo-ans104.md</c> §4). Elements are added one after the other; none of them is kept, so that content of
/// any length can be streamed.
/// </summary>
public sealed class DeepHash
{
    /// <summary>How long a deep hash is.</summary>
    public const int SizeInBytes = SHA384.HashSizeInBytes;

    private const int StreamBufferSize = 128 * 1024;

    private readonly byte[] _pair = new byte[2 * SizeInBytes];
    private int _missing;

    /// <param name="count">How many elements the list has; 0 or more.</param>
    public DeepHash(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _missing = count;
        HashTag("list", count, _pair);
    }

    /// <summary>The deep hash of a byte string alone.</summary>
    /// <returns>48 bytes.</returns>
    public static byte[] OfBlob(ReadOnlySpan<byte> blob)
    {
        Span<byte> pair = stackalloc byte[2 * SizeInBytes];
        HashTag("blob", blob.Length, pair);
        SHA384.HashData(blob, pair[SizeInBytes..]);
        return SHA384.HashData(pair);
    }

    /// <summary>Adds a byte string.</summary>
    /// <exception cref="InvalidOperationException">The list has all its elements.</exception>
    public DeepHash Add(ReadOnlySpan<byte> blob) => AddHash(OfBlob(blob));

    /// <summary>Adds an ASCII text.</summary>
    /// <exception cref="InvalidOperationException">The list has all its elements.</exception>
    public DeepHash Add(string ascii) => Add(Encoding.ASCII.GetBytes(ascii));

    /// <summary>Adds a list, or whatever has this deep hash.</summary>
    /// <param name="hash48">48 bytes.</param>
    /// <exception cref="ArgumentException">The hash has another length.</exception>
    /// <exception cref="InvalidOperationException">The list has all its elements.</exception>
    public DeepHash AddHash(ReadOnlySpan<byte> hash48)
    {
        if (hash48.Length != SizeInBytes)
        {
            throw new ArgumentException($"A deep hash is {SizeInBytes} bytes long.", nameof(hash48));
        }

        if (_missing == 0)
        {
            throw new InvalidOperationException("The list has all its elements.");
        }

        _missing--;
        hash48.CopyTo(_pair.AsSpan(SizeInBytes));
        SHA384.HashData(_pair, _pair.AsSpan(0, SizeInBytes));
        return this;
    }

    /// <summary>Adds a byte string that is read as it is hashed.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="length">How many bytes it has; must be known before, because it is hashed first.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="EndOfStreamException">There are fewer or more bytes than that.</exception>
    /// <exception cref="InvalidOperationException">The list has all its elements.</exception>
    public async Task AddAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var pair = new byte[2 * SizeInBytes];
        HashTag("blob", length, pair);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA384);
        var buffer = ArrayPool<byte>.Shared.Rent(StreamBufferSize);
        try
        {
            long total = 0;
            while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                total += read;
                hash.AppendData(buffer, 0, read);
                if (total > length)
                {
                    break;
                }
            }

            if (total != length)
            {
                throw new EndOfStreamException($"The content is not {length} bytes long.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        hash.GetHashAndReset(pair.AsSpan(SizeInBytes));
        AddHash(SHA384.HashData(pair));
    }

    /// <summary>The hash of the list.</summary>
    /// <returns>48 bytes.</returns>
    /// <exception cref="InvalidOperationException">Elements are missing.</exception>
    public byte[] Finish() =>
        _missing == 0 ? _pair[..SizeInBytes] : throw new InvalidOperationException($"{_missing} elements of the list are missing.");

    private static void HashTag(string kind, long length, Span<byte> destination) =>
        SHA384.HashData(Encoding.ASCII.GetBytes(kind + length.ToString(CultureInfo.InvariantCulture)), destination);
}
