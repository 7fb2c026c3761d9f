using System.Collections.Immutable;
using System.Numerics;
using Hallmark.Core.Merkle;

namespace Hallmark.Core.Tests.Merkle;

/// <summary>Roots, paths and compact ranges beside the recursion of RFC 9162, which shares no line with them.</summary>
public sealed class NaiveTreeTests
{
    private const int Most = 65; // one beyond a power of two, so that every shape of an edge is there
    private static readonly byte[][] Entries = [.. Enumerable.Range(0, Most).Select(i => (byte[])[(byte)i, .. new byte[i]])];
    private static readonly string[] Leaves = [.. Entries.Select(NaiveTree.Leaf)];

    [Fact]
    public void Roots_of_every_size_are_those_of_the_recursion()
    {
        var (tree, range) = (new MerkleTree(), new CompactRange());
        for (var size = 0; size <= Most; size++)
        {
            var expected = NaiveTree.Root(Leaves[..size]);
            Assert.Equal((expected, expected), (tree.Root.Hex, range.Root.Hex));
            Assert.Equal(((ulong)size, (ulong)size), (tree.Size, range.Size));
            if (size < Most)
            {
                tree.AppendEntry(Entries[size]);
                range.Append(MerkleHash.Leaf(Entries[size]));
            }
        }

        // A tree that grew on still knows the roots it had.
        var reader = new MerkleTreeReader(tree);
        for (var size = 0; size <= Most; size++)
        {
            Assert.Equal(NaiveTree.Root(Leaves[..size]), reader.ReadRoot((ulong)size).Hex);
        }
    }

    [Fact]
    public void The_path_of_every_leaf_in_every_tree_is_the_recursions_and_of_the_length_that_its_place_gives()
    {
        var reader = new MerkleTreeReader(TreeOf(Most));
        for (var size = 1; size <= Most; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var proof = reader.ReadInclusionProof((ulong)index, (ulong)size);
                Assert.Equal(NaiveTree.Path(index, Leaves[..size]), proof.Path.Select(hash => hash.Hex));
                Assert.Equal(((ulong)index, (ulong)size), (proof.Index, proof.TreeSize));

                // specs/tlog.md §2: bitlen(m xor (n−1)) inner hashes and popcount(m >> that) border hashes.
                var inner = 32 - BitOperations.LeadingZeroCount((uint)(index ^ (size - 1)));
                Assert.Equal(inner + BitOperations.PopCount((uint)(index >> inner)), proof.Path.Length);
            }
        }
    }

    [Fact]
    public void The_consistency_path_between_any_two_trees_is_the_recursions()
    {
        var reader = new MerkleTreeReader(TreeOf(Most));
        for (var size = 1; size <= Most; size++)
        {
            for (var old = 1; old <= size; old++)
            {
                var proof = reader.ReadConsistencyProof((ulong)old, (ulong)size);
                Assert.Equal(NaiveTree.Consistency(old, Leaves[..size]), proof.Path.Select(hash => hash.Hex));
                Assert.True(proof.Verifies(Hash(NaiveTree.Root(Leaves[..old])), Hash(NaiveTree.Root(Leaves[..size]))));
            }
        }
    }

    /// <summary>
    /// A path says on which side each of its hashes stands, by place and size alone. At the right edge of two trees these sides can be the same; only there does one path serve both, which is why
    /// the size is part of what is signed.
    /// </summary>
    [Fact]
    public void A_path_verifies_where_its_hashes_stand_on_the_sides_they_were_made_for_and_nowhere_else()
    {
        const int Sizes = 20;
        var roots = Enumerable.Range(0, Sizes + 1).Select(size => Hash(NaiveTree.Root(Leaves[..size]))).ToArray();
        for (var size = 1; size <= Sizes; size++)
        {
            for (var index = 0; index < size; index++)
            {
                ImmutableArray<TreeHash> path = [.. NaiveTree.Path(index, Leaves[..size]).Select(Hash)];
                for (var otherSize = 0; otherSize <= Sizes; otherSize++)
                {
                    for (var otherIndex = 0; otherIndex <= otherSize; otherIndex++)
                    {
                        var verifies = new InclusionProof((ulong)otherIndex, (ulong)otherSize, path).Verifies(
                            Hash(Leaves[index]),
                            roots[size]
                        );
                        Assert.True(
                            verifies == IsSameShape(index, size, otherIndex, otherSize),
                            $"leaf {index} of {size} as leaf {otherIndex} of {otherSize}: {verifies}"
                        );
                    }
                }
            }
        }
    }

    [Fact]
    public void A_consistency_path_verifies_between_its_own_two_sizes_only()
    {
        const int Sizes = 16;
        var roots = Enumerable.Range(0, Sizes + 1).Select(size => Hash(NaiveTree.Root(Leaves[..size]))).ToArray();
        for (var size = 2; size <= Sizes; size++)
        {
            for (var old = 1; old < size; old++)
            {
                ImmutableArray<TreeHash> path = [.. NaiveTree.Consistency(old, Leaves[..size]).Select(Hash)];
                for (var claimed = 0; claimed <= Sizes; claimed++)
                {
                    // Roots of the right trees under another old size, and the root of another tree under the right sizes.
                    Assert.Equal(claimed == old, new ConsistencyProof((ulong)old, (ulong)size, path).Verifies(roots[claimed], roots[size]));
                    Assert.Equal(claimed == size, new ConsistencyProof((ulong)old, (ulong)size, path).Verifies(roots[old], roots[claimed]));
                }
            }
        }
    }

    [Fact]
    public void A_range_keeps_the_roots_of_the_perfect_trees_that_the_digits_of_its_size_name()
    {
        var range = new CompactRange();
        for (var size = 0; size <= Most; size++)
        {
            var (expected, at) = (new List<string>(), 0);
            for (var bit = 1 << 30; bit > 0; bit >>= 1)
            {
                if ((size & bit) != 0)
                {
                    expected.Add(NaiveTree.Root(Leaves[at..(at + bit)]));
                    at += bit;
                }
            }

            Assert.Equal(expected, range.Peaks.Select(peak => peak.Hex));
            if (size < Most)
            {
                range.Append(Hash(Leaves[size]));
            }
        }
    }

    /// <summary>What a log keeps while it grows is enough for every proof, and each piece is told when it is complete and under its own coordinate.</summary>
    [Fact]
    public void Every_completed_subtree_has_the_root_of_the_leaves_that_its_coordinate_names()
    {
        var told = new HashSet<SubtreeCoordinate>();
        var range = new CompactRange();
        for (var i = 0; i < Most; i++)
        {
            range.Append(
                Hash(Leaves[i]),
                (coordinate, hash) =>
                {
                    var (from, width) = ((int)coordinate.Index << coordinate.Height, 1 << coordinate.Height);
                    Assert.Equal(i + 1, from + width);
                    Assert.Equal(NaiveTree.Root(Leaves[from..(from + width)]), hash.Hex);
                    Assert.True(told.Add(coordinate));
                }
            );
        }

        Assert.Equal(Enumerable.Range(0, 7).Sum(height => Most >> height), told.Count);
    }

    private static bool IsSameShape(int index, int size, int otherIndex, int otherSize) =>
        otherIndex < otherSize && Sides(index, size).SequenceEqual(Sides(otherIndex, otherSize));

    private static IEnumerable<bool> Sides(int index, int size)
    {
        if (size == 1)
        {
            return [];
        }

        var k = 1;
        while (2 * k < size)
        {
            k *= 2;
        }

        return index < k ? Sides(index, k).Append(true) : Sides(index - k, size - k).Append(false);
    }

    private static TreeHash Hash(string hex) => new(Convert.FromHexString(hex));

    private static MerkleTree TreeOf(int size)
    {
        var tree = new MerkleTree();
        foreach (var entry in Entries[..size])
        {
            tree.AppendEntry(entry);
        }

        return tree;
    }
}
