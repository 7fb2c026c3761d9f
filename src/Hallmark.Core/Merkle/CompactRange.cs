using System.Collections.Immutable;
using System.Numerics;

namespace Hallmark.Core.Merkle;

/// <summary>
/// A growing Merkle tree of which only the roots of the perfect subtrees are kept, one for each 1-bit of the size: at most 64 hashes, whatever the size.
/// Not safe for use by several threads at once.
/// </summary>
public sealed class CompactRange
{
    private readonly TreeHash[] _peaks = new TreeHash[64];
    private int _count;

    /// <summary>The tree without leaves.</summary>
    public CompactRange() { }

    /// <summary>Goes on from kept roots.</summary>
    /// <param name="size">How many leaves the tree has.</param>
    /// <param name="peaks">The kept roots, largest subtree first; as many as <paramref name="size"/> has 1-bits.</param>
    /// <exception cref="ArgumentException">The number of roots does not fit the size.</exception>
    public CompactRange(ulong size, ReadOnlySpan<TreeHash> peaks)
    {
        if (peaks.Length != BitOperations.PopCount(size))
        {
            throw new ArgumentException(
                $"A tree of {size} leaves keeps {BitOperations.PopCount(size)} subtree roots, not {peaks.Length}.",
                nameof(peaks)
            );
        }

        peaks.CopyTo(_peaks);
        _count = peaks.Length;
        Size = size;
    }

    /// <summary>How many leaves the tree has.</summary>
    public ulong Size { get; private set; }

    /// <summary>The kept roots, largest subtree first.</summary>
    public ImmutableArray<TreeHash> Peaks => [.. _peaks.AsSpan(0, _count)];

    /// <summary>The tree's root; for no leaves the hash of nothing.</summary>
    public TreeHash Root => _count == 0 ? TreeHash.OfEmptyTree : MerkleTreeReader.Fold(_peaks.AsSpan(0, _count));

    /// <summary>Adds a leaf's hash at the end.</summary>
    public void Append(TreeHash leaf) => Append(leaf, completed: null);

    /// <summary>Adds a leaf's hash at the end and tells of each perfect subtree that it completes, the leaf itself first.</summary>
    /// <param name="leaf">The leaf's hash.</param>
    /// <param name="completed">Called for the leaf and for each subtree completed by it, from the bottom up; or null.</param>
    /// <exception cref="OverflowException">The tree already has 2^64 − 1 leaves.</exception>
    public void Append(TreeHash leaf, Action<SubtreeCoordinate, TreeHash>? completed)
    {
        var newSize = checked(Size + 1);
        var index = Size;
        var hash = leaf;
        completed?.Invoke(new SubtreeCoordinate(0, index), hash);
        var height = 0;
        for (var rest = Size; (rest & 1) == 1; rest >>= 1)
        {
            hash = MerkleHash.Node(_peaks[--_count], hash);
            height++;
            index >>= 1;
            completed?.Invoke(new SubtreeCoordinate(height, index), hash);
        }

        _peaks[_count++] = hash;
        Size = newSize;
    }
}
