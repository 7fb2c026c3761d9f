using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Bench.Receipts;

/// <summary>Blocks by regtest's rules, with as many transactions as a block of Bitcoin has: so a path through one is as long as there.</summary>
internal sealed class BenchChain
{
    private const int Levels = 12; // up to 4,096 transactions
    private static readonly byte[] EasiestBits = [0xff, 0xff, 0x7f, 0x20];
    private readonly List<BlockHeader> _headers = [];
    private uint _time = 1_795_220_404;

    public BenchChain() => Grow(1);

    /// <summary>All headers, as a file.</summary>
    public HeaderFile ToHeaderFile()
    {
        var lines = _headers.Select((header, height) => string.Create(CultureInfo.InvariantCulture, $"{height} {header.Hex}\n"));
        return HeaderFile.Read(
            new MemoryStream(Encoding.ASCII.GetBytes($"{HeaderFile.Format} regtest\n{string.Concat(lines)}")),
            "the headers of this run"
        );
    }

    /// <summary>Writes 32 bytes into a transaction of the next block.</summary>
    /// <returns>The block's height, and what leads from the bytes to its Merkle root.</returns>
    public (long Height, IReadOnlyList<TimestampOperation> Path) Write(byte[] payload)
    {
        // One input, its signature elsewhere; change, and an output that returns the bytes.
        List<TimestampOperation> path =
        [
            TimestampOperation.Prepend(RandomNumberGenerator.GetBytes(92)),
            TimestampOperation.Append(new byte[4]),
            TimestampOperation.Sha256,
            TimestampOperation.Sha256,
        ];
        for (var level = 0; level < Levels; level++)
        {
            var neighbour = RandomNumberGenerator.GetBytes(32);
            path.Add(level % 2 == 0 ? TimestampOperation.Append(neighbour) : TimestampOperation.Prepend(neighbour));
            path.AddRange([TimestampOperation.Sha256, TimestampOperation.Sha256]);
        }

        Mine(
            path.Aggregate(
                payload,
                static (message, operation) => operation.TryApply(message, out var result) ? result : throw new InvalidOperationException()
            )
        );
        return (_headers.Count - 1, path);
    }

    /// <summary>Adds blocks that hold nothing of ours.</summary>
    public void Grow(int blocks)
    {
        for (; blocks > 0; blocks--)
        {
            Mine(RandomNumberGenerator.GetBytes(32));
        }
    }

    private void Mine(byte[] merkleRoot)
    {
        _time += 600;
        var bytes = new byte[BlockHeader.SizeInBytes];
        bytes[3] = 0x20;
        if (_headers.Count > 0)
        {
            _headers[^1].Hash.CopyTo(bytes.AsSpan(4));
        }

        merkleRoot.CopyTo(bytes, 36);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(68), _time);
        EasiestBits.CopyTo(bytes, 72);
        for (uint nonce = 0; ; nonce++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(76), nonce);
            var header = new BlockHeader(bytes);
            if (header.HasWork(BitcoinNetwork.Regtest))
            {
                _headers.Add(header);
                return;
            }
        }
    }
}
