using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Merkle;

namespace Hallmark.Core.Tests.Merkle;

public sealed class MerkleTreeTests
{
    // specs/tlog.md §1, which names RFC 6962's test leaves.
    private static readonly string[] KnownLeaves =
    [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];

    private static readonly string[] KnownRoots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void The_known_leaves_give_the_known_roots_one_by_one()
    {
        var range = new CompactRange();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", range.Root.Hex);
        for (var i = 0; i < KnownLeaves.Length; i++)
        {
            range.Append(MerkleHash.Leaf(Convert.FromHexString(KnownLeaves[i])));
            Assert.Equal(KnownRoots[i], range.Root.Hex);
        }
    }

    [Fact]
    public void Leaf_and_node_hashes_are_plain_sha256_of_their_prefixed_bytes_at_every_length()
    {
        for (var length = 0; length <= 300; length++)
        {
            byte[] entry = [.. Enumerable.Range(0, length).Select(i => (byte)(i & 0xff))];
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData((byte[])[0x00, .. entry])), MerkleHash.Leaf(entry).Hex);
        }

        var (left, right) = (MerkleHash.Leaf("left"u8), MerkleHash.Leaf("right"u8));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData((byte[])[0x01, .. left.Bytes, .. right.Bytes])),
            MerkleHash.Node(left, right).Hex
        );
    }

    [Fact]
    public void Every_leaf_of_every_tree_proves_and_one_changed_thing_never_does()
    {
        var random = new Random(6962);
        for (ulong size = 1; size <= 70; size++)
        {
            var tree = TreeOf(size);
            for (ulong index = 0; index < size; index++)
            {
                var proof = tree.ProveInclusion(index);
                var leaf = tree.Read(new SubtreeCoordinate(0, index));
                Assert.True(proof.Verifies(leaf, tree.Root));
                Assert.False(proof.Verifies(Flipped(leaf, random), tree.Root));
                Assert.False(proof.Verifies(leaf, Flipped(tree.Root, random)));
                Assert.False((proof with { Path = proof.Path.Add(leaf) }).Verifies(leaf, tree.Root));
                Assert.False((proof with { Index = (index + 1) % size }).Verifies(leaf, tree.Root) && size > 1);
                Assert.False((proof with { Index = size }).Verifies(leaf, tree.Root));
                for (var i = 0; i < proof.Path.Length; i++)
                {
                    Assert.False((proof with { Path = proof.Path.SetItem(i, Flipped(proof.Path[i], random)) }).Verifies(leaf, tree.Root));
                    Assert.False((proof with { Path = proof.Path.RemoveAt(i) }).Verifies(leaf, tree.Root));
                }
            }
        }
    }

    [Fact]
    public void Every_earlier_tree_is_proven_to_be_the_beginning_and_one_changed_thing_never_is()
    {
        var random = new Random(9162);
        var tree = TreeOf(40);
        var reader = new MerkleTreeReader(tree);
        for (ulong newSize = 1; newSize <= 40; newSize++)
        {
            for (ulong oldSize = 1; oldSize <= newSize; oldSize++)
            {
                var (oldRoot, newRoot) = (reader.ReadRoot(oldSize), reader.ReadRoot(newSize));
                var proof = reader.ReadConsistencyProof(oldSize, newSize);
                Assert.True(proof.Verifies(oldRoot, newRoot));
                Assert.False(proof.Verifies(Flipped(oldRoot, random), newRoot));
                Assert.False(proof.Verifies(oldRoot, Flipped(newRoot, random)));
                Assert.False((proof with { Path = proof.Path.Add(newRoot) }).Verifies(oldRoot, newRoot));
                for (var i = 0; i < proof.Path.Length; i++)
                {
                    Assert.False((proof with { Path = proof.Path.SetItem(i, Flipped(proof.Path[i], random)) }).Verifies(oldRoot, newRoot));
                    Assert.False((proof with { Path = proof.Path.RemoveAt(i) }).Verifies(oldRoot, newRoot));
                }
            }
        }
    }

    [Fact]
    public void A_range_goes_on_from_its_kept_roots_as_if_it_had_never_stopped()
    {
        var whole = new CompactRange();
        for (ulong i = 0; i < 100; i++)
        {
            var resumed = new CompactRange(whole.Size, whole.Peaks.AsSpan());
            resumed.Append(LeafOf(i));
            whole.Append(LeafOf(i));
            Assert.Equal(whole.Root, resumed.Root);
            Assert.Equal(whole.Peaks.ToArray(), resumed.Peaks.ToArray());
        }

        Assert.Throws<ArgumentException>(() => new CompactRange(3, [default]));
    }

    [Fact]
    public void Counters_are_64_bits_wide()
    {
        // 2^40 + 1 leaves, of which all but the last are one kept root.
        var range = new CompactRange(1UL << 40, [LeafOf(1)]);
        range.Append(LeafOf(2));
        Assert.Equal(MerkleHash.Node(LeafOf(1), LeafOf(2)), range.Root);
        Assert.Equal((1UL << 40) + 1, range.Size);
        var proof = new InclusionProof(1UL << 40, (1UL << 40) + 1, [LeafOf(1)]);
        Assert.True(proof.Verifies(LeafOf(2), range.Root));

        var full = new CompactRange(ulong.MaxValue, [.. Enumerable.Repeat(LeafOf(1), 64)]);
        Assert.Throws<OverflowException>(() => full.Append(LeafOf(2)));
    }

    [Fact]
    public void A_proof_from_nothing_or_from_a_later_tree_is_none()
    {
        Assert.False(new ConsistencyProof(0, 5, []).Verifies(TreeHash.OfEmptyTree, LeafOf(1)));
        Assert.False(new ConsistencyProof(6, 5, []).Verifies(LeafOf(1), LeafOf(1)));
        Assert.False(new ConsistencyProof(3, 5, []).Verifies(LeafOf(1), LeafOf(1)));
        Assert.False(new InclusionProof(0, 0, []).Verifies(default, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => TreeOf(3).ProveInclusion(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => TreeOf(3).ProveConsistency(4));
    }

    [Theory]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85", false)]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8zz", false)]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", true)]
    public void Hashes_are_read_from_exactly_64_hex_digits(string text, bool isHash) =>
        Assert.Equal(isHash, TreeHash.TryParseHex(text, out _));

    [Fact]
    public void A_base64_hash_with_unused_bits_set_is_refused()
    {
        var good = TreeHash.OfEmptyTree.Base64;
        Assert.True(TreeHash.TryParseBase64(good, out var hash));
        Assert.Equal(TreeHash.OfEmptyTree, hash);
        Assert.False(TreeHash.TryParseBase64(good[..42] + (char)(good[42] + 1) + "=", out _));
        Assert.False(TreeHash.TryParseBase64(good[..^1] + " ", out _));
    }

    private static TreeHash LeafOf(ulong i) => MerkleHash.Leaf(Encoding.ASCII.GetBytes($"leaf {i}"));

    private static MerkleTree TreeOf(ulong size)
    {
        var tree = new MerkleTree();
        for (ulong i = 0; i < size; i++)
        {
            tree.AppendLeaf(LeafOf(i));
        }

        return tree;
    }

    private static TreeHash Flipped(TreeHash hash, Random random)
    {
        var bytes = hash.Bytes.ToArray();
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return new TreeHash(bytes);
    }
}
