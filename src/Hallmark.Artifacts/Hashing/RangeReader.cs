using System.Buffers;

namespace Hallmark.Artifacts.Hashing;

/// <summary>Feeds ranges of files to a hash, one block ahead. Two blocks of memory; used again for any number of files, by one thread.</summary>
internal sealed class RangeReader : IDisposable
{
    /// <summary>How much is read at once, in bytes: it should still lie in the core's own cache when it is hashed.</summary>
    public const int BlockSize = 512 << 10;

    private readonly byte[][] _buffers = [ArrayPool<byte>.Shared.Rent(BlockSize), ArrayPool<byte>.Shared.Rent(BlockSize)];
    private readonly ReadAheadBlock[] _blocks;

    public RangeReader() => _blocks = [new(_buffers[0], BlockSize), new(_buffers[1], BlockSize)];

    /// <summary>Takes each block of the range, in order, as it comes from the disk.</summary>
    public delegate void BlockTaker(ReadOnlySpan<byte> block);

    /// <summary>Reads the range and hands over each block in order.</summary>
    /// <returns>How many bytes there were: fewer than asked for where the file became shorter.</returns>
    public long Read(OpenedFile file, long start, long end, BlockTaker take, CancellationToken cancellationToken)
    {
        var offset = start;
        var current = 0;
        try
        {
            if (offset < end)
            {
                _blocks[current].Schedule(file, offset, end, alone: true);
            }

            while (offset < end)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var block = _blocks[current].Wait();
                if (block.IsEmpty)
                {
                    break;
                }

                offset += block.Length;
                current ^= 1;
                if (offset < end)
                {
                    _blocks[current].Schedule(file, offset, end, alone: false);
                }

                take(block);
            }

            return offset - start;
        }
        finally
        {
            _blocks[0].Abandon();
            _blocks[1].Abandon();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        for (var i = 0; i < 2; i++)
        {
            _blocks[i].Dispose();
            ArrayPool<byte>.Shared.Return(_buffers[i]);
        }
    }
}
