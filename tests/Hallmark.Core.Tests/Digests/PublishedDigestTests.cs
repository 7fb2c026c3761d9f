using System.Diagnostics;
using System.Text;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Digests;

/// <summary>Digests that others published: NIST's example messages, Keccak's, and what OpenSSL on this machine says.</summary>
public sealed class PublishedDigestTests
{
    private const string TwoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

    /// <summary>NIST CSRC, "Examples with Intermediate Values", and the digests of nothing at all.</summary>
    public static TheoryData<string, string, int> Messages =>
        new()
        {
            { "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "", 1 },
            { "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", TwoBlocks, 1 },
            { "sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", "a", 1_000_000 },
            { "sha384:38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b", "", 1 },
            {
                "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
                "",
                1
            },
            { "sha3-256:a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a", "", 1 },
            { "sha3-256:41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376", TwoBlocks, 1 },
            { "sha3-256:5c8875ae474a3634ba4fd55ec85bffd661f32aca75c6d699d0cdcb6c115891c1", "a", 1_000_000 },
        };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_published_message_has_its_published_digest_whole_and_in_pieces(string expected, string message, int times)
    {
        var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(message, times)));
        var digest = Digest.Parse(expected);
        Assert.True(digest.IsOf(content));
        using var builder = new DigestBuilder(digest.Algorithm);
        foreach (var piece in content.Chunk(9973))
        {
            builder.Append(piece);
        }

        Assert.Equal(expected, builder.Finish().ToString());
    }

    /// <summary>Keccak-256 with the first submission's padding, as Ethereum's documents and contracts show it.</summary>
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    [InlineData("Transfer(address,address,uint256)", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    public void Keccak_256_is_Ethereums_and_not_FIPS_202s(string message, string expected)
    {
        var content = Encoding.ASCII.GetBytes(message);
        Assert.Equal(expected, Convert.ToHexStringLower(Keccak256.HashData(content)));
        Assert.NotEqual(expected, Digest.Compute(DigestAlgorithm.Sha3, content).Hex);
        for (var cut = 0; cut <= content.Length; cut++)
        {
            Assert.Equal(expected, Convert.ToHexStringLower(Keccak256.HashData(content.AsSpan(0, cut), content.AsSpan(cut))));
            Assert.Equal(expected, Convert.ToHexStringLower(Keccak256.HashData(content.AsSpan(0, cut), [], content.AsSpan(cut))));
        }
    }

    /// <summary>135, 136 and 137 bytes: the padding's two ends fall on one byte, open a block of their own, and stand in the next one.</summary>
    [PeerFact("openssl")]
    public async Task OpenSSL_gives_the_same_digest_at_every_border_of_a_block()
    {
        var random = new Random(4);
        using var folder = new TemporaryFolder();
        var names = new Dictionary<DigestAlgorithm, string>
        {
            [DigestAlgorithm.Sha256] = "-sha256",
            [DigestAlgorithm.Sha384] = "-sha384",
            [DigestAlgorithm.Sha512] = "-sha512",
            [DigestAlgorithm.Sha3] = "-sha3-256",
        };
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var length in new[] { 0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 135, 136, 137, 271, 272, 273, 4096 })
        {
            var content = new byte[length];
            random.NextBytes(content);
            var path = folder.File($"{length}.bin");
            await File.WriteAllBytesAsync(path, content);
            contents[path] = content;
        }

        foreach (var (algorithm, option) in names)
        {
            using var openssl = Process.Start(
                new ProcessStartInfo("openssl", ["dgst", "-r", option, .. contents.Keys])
                {
                    RedirectStandardOutput = true,
                    UseShellExecute = false,
                }
            )!; // ! a process is started
            var lines = (await openssl.StandardOutput.ReadToEndAsync()).Trim().Split('\n');
            Assert.Equal(contents.Count, lines.Length);
            foreach (var line in lines)
            {
                var (hex, path) = (
                    line[..line.IndexOf(' ', StringComparison.Ordinal)],
                    line[(line.IndexOf('*', StringComparison.Ordinal) + 1)..]
                );
                Assert.Equal(hex, Digest.Compute(algorithm, contents[path]).Hex);
                if (algorithm == DigestAlgorithm.Sha3)
                {
                    var keccak = new Keccak();
                    var ours = new byte[32];
                    keccak.Append(contents[path]);
                    keccak.Finish(ours);
                    Assert.Equal(hex, Convert.ToHexStringLower(ours));
                }
            }
        }
    }
}
