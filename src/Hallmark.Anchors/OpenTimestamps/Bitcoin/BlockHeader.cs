using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;

namespace Hallmark.Anchors.OpenTimestamps.Bitcoin;

/// <summary>The 80 bytes at the head of a Bitcoin block: version, previous hash, Merkle root, time, target and nonce. Immutable.</summary>
public sealed class BlockHeader
{
    /// <summary>The size in bytes.</summary>
    public const int SizeInBytes = 80;

    private readonly byte[] _bytes;
    private readonly byte[] _hash;

    /// <param name="bytes">80 bytes; copied.</param>
    /// <exception cref="ArgumentException">They are not 80.</exception>
    public BlockHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"A block header has {SizeInBytes} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
        _hash = SHA256.HashData(SHA256.HashData(bytes));
    }

    /// <summary>The 80 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The 80 bytes as 160 lower-case hexadecimal digits.</summary>
    public string Hex => Convert.ToHexStringLower(_bytes);

    /// <summary>The hash of the block before, as it stands in the header.</summary>
    public ReadOnlySpan<byte> PreviousHash => _bytes.AsSpan(4, 32);

    /// <summary>The Merkle root as it stands in the header; explorers and nodes print it reversed.</summary>
    public ReadOnlySpan<byte> MerkleRoot => _bytes.AsSpan(36, 32);

    /// <summary>When the block was made, by its miner's clock: right to about two hours.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(68)));

    /// <summary>SHA-256 of SHA-256 of the header, as the next header holds it.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>The hash as it is displayed: reversed, in hexadecimal digits.</summary>
    public string DisplayedHash => Displayed(_hash);

    /// <summary>The Merkle root as it is displayed.</summary>
    public string DisplayedMerkleRoot => Displayed(MerkleRoot);

    /// <summary>Reads 160 hexadecimal digits.</summary>
    public static bool TryParseHex(string? hex, [NotNullWhen(true)] out BlockHeader? header)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        header =
            hex is { Length: SizeInBytes * 2 } && Convert.FromHexString(hex, bytes, out _, out _) is System.Buffers.OperationStatus.Done
                ? new BlockHeader(bytes)
                : null;
        return header is not null;
    }

    /// <summary>True where the hash is as low as the header itself demands, and that is no easier than the network allows. It proves work, not a place in a chain.</summary>
    public bool HasWork(BitcoinNetwork network)
    {
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(72));
        var exponent = (int)(bits >> 24);
        var mantissa = bits & 0x7F_FFFF;
        if ((bits & 0x80_0000) != 0 || mantissa == 0 || exponent > 32)
        {
            return false;
        }

        var target = exponent >= 3 ? new BigInteger(mantissa) << (8 * (exponent - 3)) : new BigInteger(mantissa) >> (8 * (3 - exponent));
        return target <= network.HighestTarget && new BigInteger(_hash, isUnsigned: true) <= target;
    }

    private static string Displayed(ReadOnlySpan<byte> hash)
    {
        var reversed = hash.ToArray();
        Array.Reverse(reversed);
        return Convert.ToHexStringLower(reversed);
    }
}
