using System.Security.Cryptography;
using Hallmark.Core.Merkle;

namespace Hallmark.Core.Tests.Merkle;

/// <summary>Leaf hashes at the lengths where they are computed in another way (one block or two, copied or not), beside SHA-256 of the base library; and hashes as texts.</summary>
public sealed class LeafHashBorderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(54)] // with its prefix the longest that one block has room for
    [InlineData(55)]
    [InlineData(63)]
    [InlineData(118)] // the same for two blocks
    [InlineData(119)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(1_022)]
    [InlineData(1_023)]
    [InlineData(1_024)]
    [InlineData(65_535)]
    [InlineData(1 << 20)]
    public void A_leaf_is_SHA256_of_a_zero_and_its_bytes(int length)
    {
        foreach (var fill in new byte[] { 0x00, 0x80, 0xff })
        {
            var entry = new byte[length];
            Array.Fill(entry, fill);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData((byte[])[0x00, .. entry])), MerkleHash.Leaf(entry).Hex);
        }
    }

    /// <summary>What lies on the stack from the leaf before must not get into the next one.</summary>
    [Fact]
    public void A_shorter_leaf_behind_a_longer_one_has_its_own_hash()
    {
        var random = new Random(6962);
        for (var i = 0; i < 2_000; i++)
        {
            var entry = new byte[random.Next(1_100)];
            random.NextBytes(entry);
            Assert.Equal(SHA256.HashData((byte[])[0x00, .. entry]), MerkleHash.Leaf(entry).Bytes.ToArray());
        }
    }

    [Fact]
    public void A_hash_is_the_same_by_its_bytes_its_hex_and_its_base64_and_equal_to_nothing_else()
    {
        var random = new Random(32);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            var hash = new TreeHash(bytes);
            Assert.Equal((Convert.ToHexStringLower(bytes), Convert.ToBase64String(bytes)), (hash.Hex, hash.Base64));
            Assert.True(TreeHash.TryParseHex(hash.Hex.ToUpperInvariant(), out var fromHex) && fromHex == hash);
            Assert.True(TreeHash.TryParseBase64(hash.Base64, out var fromBase64) && fromBase64.Equals((object)hash));
            Assert.Equal(hash.GetHashCode(), fromHex.GetHashCode());

            bytes[random.Next(32)] ^= (byte)(1 << random.Next(8));
            Assert.True(new TreeHash(bytes) != hash);
            Assert.False(hash.Equals((object)hash.Hex));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Bytes_of_another_length_are_no_hash(int length)
    {
        Assert.Throws<ArgumentException>(() => new TreeHash(new byte[length]));
        Assert.False(TreeHash.TryParseHex(new string('0', 2 * length), out var hash));
        Assert.False(TreeHash.TryParseBase64(Convert.ToBase64String(new byte[length]), out _));
        Assert.Equal(default, hash);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU==")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=")]
    [InlineData("47DEQpj8HBSa+/TImW+5\nJCeuQeRkm5NMpJWZG3hSuFU=")]
    public void Base64_of_any_other_writing_is_no_hash(string? text) => Assert.False(TreeHash.TryParseBase64(text, out _));
}
