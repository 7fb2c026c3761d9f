using System.Runtime.CompilerServices;

namespace Hallmark.Core.Digests;

/// <summary>Hashes many chunks or many parents at once, with the widest lanes that the path allows.</summary>
internal static unsafe class Blake3Lanes
{
    /// <summary>Hashes whole chunks into their chaining values, 32 bytes each, one after the other.</summary>
    public static void HashChunks(ReadOnlySpan<byte> chunks, ulong firstChunk, Span<byte> destination, Blake3Path path)
    {
        var count = chunks.Length / Blake3Tables.ChunkLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, count * Blake3Tables.ChainingValueLength);
        fixed (
            byte* from = chunks,
                to = destination
        )
        {
            var done = 0;
            while (count - done >= 2 && path is not Blake3Path.Scalar)
            {
                done += Step(
                    from + (done * Blake3Tables.ChunkLength),
                    Blake3Tables.ChunkLength,
                    count - done,
                    firstChunk + (ulong)done,
                    to + (done * Blake3Tables.ChainingValueLength),
                    path
                );
            }

            for (; done < count; done++)
            {
                Blake3Scalar.CompressChunk(
                    chunks.Slice(done * Blake3Tables.ChunkLength, Blake3Tables.ChunkLength),
                    firstChunk + (ulong)done,
                    0,
                    destination[(done * Blake3Tables.ChainingValueLength)..]
                );
            }
        }
    }

    /// <summary>Replaces an even count of chaining values by those of their parents, which take the first half of the room.</summary>
    public static void HashParents(Span<byte> level, Blake3Path path)
    {
        var count = level.Length / Blake3Tables.BlockLength;
        fixed (byte* room = level)
        {
            var done = 0;
            while (count - done >= 2 && path is not Blake3Path.Scalar)
            {
                // A step reads all its children before it writes, and writes below where the next one reads.
                done += Step(
                    room + (done * Blake3Tables.BlockLength),
                    Blake3Tables.BlockLength,
                    count - done,
                    0,
                    room + (done * Blake3Tables.ChainingValueLength),
                    path
                );
            }

            for (; done < count; done++)
            {
                Blake3Scalar.CompressParent(
                    level.Slice(done * Blake3Tables.BlockLength, Blake3Tables.BlockLength),
                    0,
                    level[(done * Blake3Tables.ChainingValueLength)..]
                );
            }
        }
    }

    /// <summary>Compresses as many messages as the lanes hold; where there are fewer, a copy of them with room behind.</summary>
    /// <returns>How many messages are done.</returns>
    [SkipLocalsInit]
    private static int Step(byte* from, int messageLength, int count, ulong counter, byte* to, Blake3Path path)
    {
        var lanes = path is Blake3Path.Avx512 && count > Blake3Lanes256.Lanes ? Blake3Lanes512.Lanes : Blake3Lanes256.Lanes;
        if (count >= lanes)
        {
            Compress(lanes, from, messageLength, counter, to);
            return lanes;
        }

        var padded = stackalloc byte[Blake3Lanes512.Lanes * Blake3Tables.ChunkLength];
        var output = stackalloc byte[Blake3Lanes512.Lanes * Blake3Tables.ChainingValueLength];
        Buffer.MemoryCopy(from, padded, lanes * messageLength, count * messageLength);
        Compress(lanes, padded, messageLength, counter, output);
        Buffer.MemoryCopy(output, to, count * Blake3Tables.ChainingValueLength, count * Blake3Tables.ChainingValueLength);
        return count;
    }

    private static void Compress(int lanes, byte* from, int messageLength, ulong counter, byte* to)
    {
        var isChunk = messageLength == Blake3Tables.ChunkLength;
        var blocks = messageLength / Blake3Tables.BlockLength;
        var flags = isChunk ? 0 : Blake3Tables.Parent;
        var step = isChunk ? 1u : 0;
        if (lanes == Blake3Lanes512.Lanes)
        {
            Blake3Lanes512.Compress(from, messageLength, blocks, counter, step, flags, isChunk, to);
        }
        else
        {
            Blake3Lanes256.Compress(from, messageLength, blocks, counter, step, flags, isChunk, to);
        }
    }
}
