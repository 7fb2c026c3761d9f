using System.Collections.Immutable;
using System.Numerics;

namespace Hallmark.Core.Merkle;

/// <summary>Makes roots and proofs of a tree from the hashes of its perfect subtrees. RFC 9162 §2.1.3.1 and §2.1.4.1.</summary>
public sealed class MerkleTreeReader(ISubtreeReader subtrees)
{
    /// <summary>The root of the first <paramref name="size"/> leaves.</summary>
    public TreeHash ReadRoot(ulong size) => size == 0 ? TreeHash.OfEmptyTree : ReadRange(0, size);

    /// <summary>Makes the proof that leaf <paramref name="index"/> is in the tree of the first <paramref name="size"/> leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the size.</exception>
    public InclusionProof ReadInclusionProof(ulong index, ulong size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = ImmutableArray.CreateBuilder<TreeHash>();
        AppendInclusionPath(index, 0, size, path);
        return new InclusionProof(index, size, path.DrainToImmutable());
    }

    /// <summary>Makes the proof that the first <paramref name="oldSize"/> leaves are the beginning of the first <paramref name="newSize"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The old size is 0 or above the new size.</exception>
    public ConsistencyProof ReadConsistencyProof(ulong oldSize, ulong newSize)
    {
        ArgumentOutOfRangeException.ThrowIfZero(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var path = ImmutableArray.CreateBuilder<TreeHash>();
        ulong start = 0;
        var end = newSize;
        var old = oldSize;
        var isWhole = true;
        var pending = new Stack<(ulong Start, ulong End)>();
        while (old != end - start)
        {
            var split = SplitPoint(end - start);
            if (old <= split)
            {
                pending.Push((start + split, end));
                end = start + split;
            }
            else
            {
                pending.Push((start, start + split));
                start += split;
                old -= split;
                isWhole = false;
            }
        }

        if (!isWhole)
        {
            path.Add(ReadRange(start, end));
        }

        while (pending.TryPop(out var range))
        {
            path.Add(ReadRange(range.Start, range.End));
        }

        return new ConsistencyProof(oldSize, newSize, path.DrainToImmutable());
    }

    /// <summary>Folds the roots of perfect subtrees, largest first, into the root of all of them.</summary>
    internal static TreeHash Fold(ReadOnlySpan<TreeHash> peaks)
    {
        var root = peaks[^1];
        for (var i = peaks.Length - 2; i >= 0; i--)
        {
            root = MerkleHash.Node(peaks[i], root);
        }

        return root;
    }

    private static ulong SplitPoint(ulong size) => 1UL << (63 - BitOperations.LeadingZeroCount(size - 1));

    private void AppendInclusionPath(ulong index, ulong start, ulong end, ImmutableArray<TreeHash>.Builder path)
    {
        var pending = new Stack<(ulong Start, ulong End)>();
        while (end - start > 1)
        {
            var middle = start + SplitPoint(end - start);
            if (index < middle)
            {
                pending.Push((middle, end));
                end = middle;
            }
            else
            {
                pending.Push((start, middle));
                start = middle;
            }
        }

        while (pending.TryPop(out var range))
        {
            path.Add(ReadRange(range.Start, range.End));
        }
    }

    // The ranges asked for begin at a multiple of a power of two that is no smaller than the range: they fall into perfect subtrees, largest first.
    private TreeHash ReadRange(ulong start, ulong end)
    {
        Span<TreeHash> peaks = stackalloc TreeHash[64];
        var count = 0;
        while (start < end)
        {
            var height = 63 - BitOperations.LeadingZeroCount(end - start);
            peaks[count++] = subtrees.Read(new SubtreeCoordinate(height, start >> height));
            start += 1UL << height;
        }

        return Fold(peaks[..count]);
    }
}
