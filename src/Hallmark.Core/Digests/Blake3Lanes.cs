namespace Hallmark.Core.Digests;

/// <summary>Hashes many chunks or many parents at once, with the widest lanes that the path allows.</summary>
internal static class Blake3Lanes
{
    /// <summary>Hashes whole chunks into their chaining values, 32 bytes each, one after the other.</summary>
    public static void HashChunks(ReadOnlySpan<byte> chunks, ulong firstChunk, Span<byte> destination, Blake3Path path)
    {
        _ = path;
        for (; !chunks.IsEmpty; chunks = chunks[Blake3Tables.ChunkLength..], destination = destination[Blake3Tables.ChainingValueLength..])
        {
            Blake3Scalar.CompressChunk(chunks[..Blake3Tables.ChunkLength], firstChunk++, 0, destination);
        }
    }

    /// <summary>Replaces an even count of chaining values by those of their parents, which take the first half of the room.</summary>
    public static void HashParents(Span<byte> level, Blake3Path path)
    {
        _ = path;
        for (var offset = 0; offset < level.Length; offset += Blake3Subtree.ChildrenLength)
        {
            Blake3Scalar.CompressParent(level.Slice(offset, Blake3Subtree.ChildrenLength), 0, level[(offset / 2)..]);
        }
    }
}
