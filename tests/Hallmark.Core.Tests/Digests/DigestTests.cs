using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Tests.Digests;

public sealed class DigestTests
{
    // FIPS 180-4 and FIPS 202 example values for "abc"; BLAKE3 from its published test vectors and b3sum.
    public static TheoryData<DigestAlgorithm, string> Abc =>
        new()
        {
            { DigestAlgorithm.Sha256, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
            {
                DigestAlgorithm.Sha384,
                "sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
            },
            {
                DigestAlgorithm.Sha512,
                "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            },
            { DigestAlgorithm.Sha3, "sha3-256:3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
            { DigestAlgorithm.Blake3, "blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85" },
        };

    public static TheoryData<DigestAlgorithm> Algorithms =>
        new(Enum.GetValues<DigestAlgorithm>().Where(a => a is not DigestAlgorithm.None));

    [Theory]
    [MemberData(nameof(Abc))]
    public void Each_algorithm_hashes_abc_as_its_standard_says(DigestAlgorithm algorithm, string expected)
    {
        Assert.Equal(expected, Digest.Compute(algorithm, "abc"u8).ToString());
        Assert.True(Digest.Parse(expected).IsOf("abc"u8));
        Assert.False(Digest.Parse(expected).IsOf("abd"u8));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Pieces_of_any_size_give_the_digest_of_the_whole(DigestAlgorithm algorithm)
    {
        var random = new Random(7);
        using var builder = new DigestBuilder(algorithm);
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var content = new byte[random.Next(0, attempt * 700)];
            random.NextBytes(content);
            for (var offset = 0; offset < content.Length; )
            {
                var length = Math.Min(random.Next(0, 3000), content.Length - offset);
                builder.Append(content.AsSpan(offset, length));
                offset += length;
            }

            // The builder is used again and again, so this also shows that finishing starts afresh.
            Assert.Equal(Digest.Compute(algorithm, content), builder.Finish());
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void What_is_printed_is_read_back_equal(DigestAlgorithm algorithm)
    {
        var digest = Digest.Compute(algorithm, Encoding.UTF8.GetBytes("made for this test"));
        var read = Digest.Parse(digest.ToString());

        Assert.Equal(digest, read);
        Assert.True(digest == read);
        Assert.Equal(digest.GetHashCode(), read.GetHashCode());
        Assert.Equal(DigestAlgorithms.GetSizeInBytes(algorithm) * 2, digest.Hex.Length);
        Assert.True(Digest.TryParseHex(algorithm, digest.Hex, out var fromHex));
        Assert.True(digest.Matches(fromHex));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag")]
    [InlineData("sha256: a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha384:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("md5:900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("none:00")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n")]
    public void A_text_that_is_not_exactly_a_digest_is_refused(string text)
    {
        Assert.False(Digest.TryParse(text, out var digest));
        Assert.Null(digest);
        Assert.Throws<FormatException>(() => Digest.Parse(text));
    }

    [Fact]
    public void A_flipped_bit_or_another_algorithm_is_never_a_match()
    {
        var digest = Digest.Compute(DigestAlgorithm.Sha256, "abc"u8);
        for (var bit = 0; bit < 256; bit++)
        {
            var bytes = digest.Bytes.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(digest.Matches(new Digest(DigestAlgorithm.Sha256, bytes)));
        }

        Assert.False(digest.Matches(new Digest(DigestAlgorithm.Blake3, digest.Bytes)));
        Assert.False(digest.Matches(null));
        Assert.True(digest != null);
    }

    [Fact]
    public void The_forgotten_algorithm_and_wrong_lengths_are_the_callers_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Digest.Compute(DigestAlgorithm.None, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DigestBuilder(default));
        Assert.Throws<ArgumentException>(() => new Digest(DigestAlgorithm.Sha256, new byte[31]));
        Assert.Throws<ArgumentException>(() => Digest.Compute(DigestAlgorithm.Sha256, "abc"u8, new byte[31]));
        using var builder = new DigestBuilder(DigestAlgorithm.Sha256);
        Assert.Throws<ArgumentException>(() => builder.Finish(new byte[31]));
    }

    [Fact]
    public void Sha3_without_the_platforms_help_gives_the_platforms_digest()
    {
        var random = new Random(3);
        var keccak = new Keccak();
        var digest = new byte[32];
        foreach (var length in Enumerable.Range(0, 300).Concat([1000, 4096]))
        {
            var content = new byte[length];
            random.NextBytes(content);
            keccak.Append(content.AsSpan(0, length / 3));
            keccak.Append(content.AsSpan(length / 3));
            keccak.Finish(digest);
            if (SHA3_256.IsSupported)
            {
                Assert.Equal(SHA3_256.HashData(content), digest);
            }
        }

        keccak.Finish(digest);
        Assert.Equal("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a", Convert.ToHexStringLower(digest));
    }
}
