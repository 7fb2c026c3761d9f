using Hallmark.Core.Merkle;

namespace Hallmark.Core.Tests.Merkle;

public sealed class ProofRefusalTests
{
    private static readonly TreeHash A = MerkleHash.Leaf("a"u8);
    private static readonly TreeHash B = MerkleHash.Leaf("b"u8);

    public static TheoryData<ulong, ulong, int> MisshapenPaths =>
        new()
        {
            { 0, 0, 0 },
            { 1, 1, 0 },
            { 5, 3, 2 }, // no such leaf
            { 0, 1, 1 },
            { 0, 2, 2 },
            { 2, 3, 2 },
            { 6, 7, 3 }, // too long
            { 0, 2, 0 },
            { 0, 3, 1 },
            { 2, 3, 0 },
            { 6, 7, 1 },
            { 0, 8, 2 }, // too short
        };

    [Theory]
    [MemberData(nameof(MisshapenPaths))]
    public void A_path_of_the_wrong_length_leads_to_no_root_at_all(ulong index, ulong size, int length)
    {
        var proof = new InclusionProof(index, size, [.. Enumerable.Repeat(B, length)]);
        Assert.False(proof.TryFindRoot(A, out var root));
        Assert.Equal(default, root);
        Assert.False(proof.Verifies(A, default));
    }

    [Fact]
    public void A_path_that_is_missing_is_no_empty_path()
    {
        Assert.True(new InclusionProof(0, 1, []).Verifies(A, A));
        Assert.False(new InclusionProof(0, 1, default).TryFindRoot(A, out _));
        Assert.True(new ConsistencyProof(1, 1, []).Verifies(A, A));
        Assert.False(new ConsistencyProof(1, 1, default).Verifies(A, A));
        Assert.False(new ConsistencyProof(1, 2, default).Verifies(A, A));
    }

    [Fact]
    public void Two_trees_of_one_size_are_consistent_only_where_they_are_the_same_and_nothing_is_said_between_them()
    {
        Assert.False(new ConsistencyProof(4, 4, []).Verifies(A, B));
        Assert.False(new ConsistencyProof(4, 4, [A]).Verifies(A, A));
    }

    [Fact]
    public void A_consistency_path_that_is_too_long_fails_even_where_its_beginning_holds()
    {
        var root = MerkleHash.Node(A, B);
        Assert.True(new ConsistencyProof(1, 2, [B]).Verifies(A, root));
        Assert.False(new ConsistencyProof(1, 2, [B, B]).Verifies(A, root));
        Assert.False(new ConsistencyProof(1, 2, [B, B]).Verifies(A, MerkleHash.Node(root, B)));
    }

    [Fact]
    public void A_proof_is_not_made_from_nothing_and_not_for_a_leaf_beyond_the_tree()
    {
        var tree = new MerkleTree();
        tree.AppendLeaf(A);
        tree.AppendLeaf(B);
        var reader = new MerkleTreeReader(tree);
        Assert.Equal("oldSize", Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadConsistencyProof(0, 2)).ParamName);
        Assert.Equal("oldSize", Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadConsistencyProof(3, 2)).ParamName);
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadInclusionProof(2, 2)).ParamName);
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadInclusionProof(0, 0)).ParamName);
        Assert.Equal(TreeHash.OfEmptyTree, reader.ReadRoot(0));
        Assert.Empty(reader.ReadConsistencyProof(2, 2).Path);
    }

    [Fact]
    public void Kept_roots_that_do_not_fit_the_size_are_refused_with_both_numbers()
    {
        var fault = Assert.Throws<ArgumentException>(() => new CompactRange(5, [A]));
        Assert.Contains("A tree of 5 leaves keeps 2 subtree roots, not 1", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CompactRange(0, [A]));
        Assert.Equal(TreeHash.OfEmptyTree, new CompactRange(0, []).Root);
    }

    [Fact]
    public void Every_subtree_that_a_leaf_completes_is_told_once_from_the_bottom_up()
    {
        var told = new List<(SubtreeCoordinate, TreeHash)>();
        var range = new CompactRange();
        for (var i = 0; i < 4; i++)
        {
            range.Append(A, (coordinate, hash) => told.Add((coordinate, hash)));
        }

        var pair = MerkleHash.Node(A, A);
        Assert.Equal(
            [
                (new(0, 0), A),
                (new(0, 1), A),
                (new(1, 0), pair),
                (new(0, 2), A),
                (new(0, 3), A),
                (new(1, 1), pair),
                (new(2, 0), MerkleHash.Node(pair, pair)),
            ],
            told
        );
    }
}
