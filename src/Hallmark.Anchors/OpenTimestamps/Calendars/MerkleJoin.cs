using System.Collections.Immutable;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.OpenTimestamps.Calendars;

/// <summary>Several leaves under one tip, and each leaf's path to it.</summary>
/// <remarks>
/// python-opentimestamps' <c>make_merkle_tree</c>: neighbours are paired from the left, <c>sha256(left ‖ right)</c>; an odd last one moves up unchanged.
/// </remarks>
public sealed class MerkleJoin
{
    /// <summary>The most leaves.</summary>
    public const int MaxLeaves = 1 << 20;

    private readonly List<TimestampOperation>[] _paths;

    /// <param name="leaves">1 to 2^20 messages of 1 to 64 bytes.</param>
    /// <exception cref="ArgumentException">There are none or too many, or one has another size.</exception>
    public MerkleJoin(IReadOnlyList<byte[]> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        if (leaves.Count is 0 or > MaxLeaves || leaves.Any(static leaf => leaf.Length is < 1 or > 64))
        {
            throw new ArgumentException("A join takes 1 to 2^20 leaves of 1 to 64 bytes.", nameof(leaves));
        }

        _paths = [.. leaves.Select(static _ => new List<TimestampOperation>())];
        var level = leaves.Select(static (leaf, index) => new Subtree(leaf, First: index, Count: 1)).ToList();
        while (level.Count > 1)
        {
            level = [.. level.Chunk(2).Select(pair => pair.Length == 2 ? Pair(pair[0], pair[1]) : pair[0])];
        }

        Tip = [.. level[0].Message];
    }

    /// <summary>The one message that commits to all leaves.</summary>
    public ImmutableArray<byte> Tip { get; }

    /// <summary>The operations that lead from a leaf to the tip; none where there is one leaf only.</summary>
    /// <param name="leaf">Which, counted from 0.</param>
    public IReadOnlyList<TimestampOperation> PathOf(int leaf) => _paths[leaf];

    private Subtree Pair(Subtree left, Subtree right)
    {
        Extend(left, TimestampOperation.Append(right.Message));
        Extend(right, TimestampOperation.Prepend(left.Message));
        return new Subtree(
            TimestampOperation.Hash(TimestampOperationKind.Sha256, [.. left.Message, .. right.Message]),
            left.First,
            left.Count + right.Count
        );
    }

    private void Extend(Subtree subtree, TimestampOperation operation)
    {
        for (var leaf = subtree.First; leaf < subtree.First + subtree.Count; leaf++)
        {
            _paths[leaf].Add(operation);
            _paths[leaf].Add(TimestampOperation.Sha256);
        }
    }

    private sealed record Subtree(byte[] Message, int First, int Count);
}
