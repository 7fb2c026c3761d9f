using System.Runtime.Intrinsics.X86;

namespace Hallmark.Core.Digests;

/// <summary>
/// Hashes a part of a BLAKE3 tree by itself, so that several threads can work on one message: each computes subtrees of equal size, and
/// one <see cref="Blake3Hasher"/> takes them in order.
/// </summary>
public static class Blake3Subtree
{
    /// <summary>The size of a chunk, the leaf of the tree, in bytes.</summary>
    public const int ChunkLength = Blake3Tables.ChunkLength;

    /// <summary>The size of a subtree's result in bytes: the chaining values of its left and its right half.</summary>
    public const int ChildrenLength = 2 * Blake3Tables.ChainingValueLength;

    /// <summary>How many chunks are hashed before their parents are: 8 KiB of chaining values, which stay in the fastest cache.</summary>
    internal const int LargestAtOnce = 256;

    /// <summary>The fastest path that this machine has.</summary>
    internal static Blake3Path BestPath { get; } = Enum.GetValues<Blake3Path>().Where(IsSupported).Max();

    /// <summary>Hashes a subtree and gives the chaining values of its two halves, left unmerged because their parent may be the root.</summary>
    /// <param name="content">The bytes: a power of two of chunks, from 2 to 2^20 chunks.</param>
    /// <param name="firstChunk">How many chunks of the message come before; a multiple of the subtree's own count.</param>
    /// <param name="children">Receives 64 bytes.</param>
    /// <exception cref="ArgumentException">A length or the position does not fit.</exception>
    public static void ComputeChildren(ReadOnlySpan<byte> content, long firstChunk, Span<byte> children)
    {
        var chunks = content.Length / ChunkLength;
        if (content.Length % ChunkLength != 0 || chunks < 2 || chunks > 1 << 20 || !System.Numerics.BitOperations.IsPow2(chunks))
        {
            throw new ArgumentException("A subtree has a power of two of whole chunks, from 2 to 2^20.", nameof(content));
        }

        if (firstChunk < 0 || firstChunk % chunks != 0)
        {
            throw new ArgumentException("A subtree starts at a multiple of its own size.", nameof(firstChunk));
        }

        if (children.Length < ChildrenLength)
        {
            throw new ArgumentException("The buffer must hold 64 bytes.", nameof(children));
        }

        ComputeChildren(content, (ulong)firstChunk, children, BestPath);
    }

    internal static void ComputeChildren(ReadOnlySpan<byte> content, ulong firstChunk, Span<byte> children, Blake3Path path)
    {
        var chunks = content.Length / ChunkLength;
        if (chunks > LargestAtOnce)
        {
            var half = content.Length / 2;
            Span<byte> grandchildren = stackalloc byte[ChildrenLength];
            ComputeChildren(content[..half], firstChunk, grandchildren, path);
            Blake3Scalar.CompressParent(grandchildren, 0, children);
            ComputeChildren(content[half..], firstChunk + ((ulong)chunks / 2), grandchildren, path);
            Blake3Scalar.CompressParent(grandchildren, 0, children[Blake3Tables.ChainingValueLength..]);
            return;
        }

        Span<byte> level = stackalloc byte[LargestAtOnce * Blake3Tables.ChainingValueLength];
        Blake3Lanes.HashChunks(content, firstChunk, level, path);
        for (var nodes = chunks; nodes > 2; nodes /= 2)
        {
            Blake3Lanes.HashParents(level[..(nodes * Blake3Tables.ChainingValueLength)], path);
        }

        level[..ChildrenLength].CopyTo(children);
    }

    internal static bool IsSupported(Blake3Path path) =>
        path switch
        {
            Blake3Path.Avx512 => Avx512F.IsSupported,
            Blake3Path.Avx2 => Avx2.IsSupported,
            _ => true,
        };
}
