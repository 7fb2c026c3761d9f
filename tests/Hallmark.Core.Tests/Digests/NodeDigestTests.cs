using System.Diagnostics;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Digests;

/// <summary>Every length around every block border, before the hash functions of another engine.</summary>
public sealed class NodeDigestTests
{
    private const int Longest = 420;

    // Content of length n is the bytes (i * 131 + n) mod 256.
    private const string Script = """
        const { createHash } = require('crypto');
        const out = [];
        for (let n = 0; n <= 420; n++) {
          const content = Buffer.from(Array.from({ length: n }, (_, i) => (i * 131 + n) & 255));
          out.push(['sha256', 'sha384', 'sha512', 'sha3-256', 'ripemd160'].map(name => createHash(name).update(content).digest('hex')).join(' '));
        }
        process.stdout.write(out.join('\n'));
        """;

    [PeerFact("node")]
    public async Task Node_gives_the_same_digest_of_every_length_whole_and_in_two_pieces()
    {
        using var node = Process.Start(
            new ProcessStartInfo(PeerFactAttribute.FindProgram("node")!, ["-e", Script])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var lines = (await node.StandardOutput.ReadToEndAsync()).Split('\n');
        await node.WaitForExitAsync();
        Assert.Equal(Longest + 1, lines.Length);
        for (var length = 0; length <= Longest; length++)
        {
            var content = Enumerable.Range(0, length).Select(i => (byte)((i * 131 + length) & 255)).ToArray();
            var expected = lines[length].Split(' ');
            DigestAlgorithm[] algorithms = [DigestAlgorithm.Sha256, DigestAlgorithm.Sha384, DigestAlgorithm.Sha512, DigestAlgorithm.Sha3];
            for (var i = 0; i < algorithms.Length; i++)
            {
                Assert.Equal(expected[i], Digest.Compute(algorithms[i], content).Hex);
                using var builder = new DigestBuilder(algorithms[i]);
                builder.Append(content.AsSpan(0, length / 3));
                builder.Append(content.AsSpan(length / 3));
                Assert.Equal(expected[i], builder.Finish().Hex);
            }

            Assert.Equal(expected[4], Convert.ToHexStringLower(Ripemd160.HashData(content)));
        }
    }

    [Fact]
    public void Keccak_of_three_pieces_is_that_of_the_whole_wherever_it_is_cut()
    {
        var random = new Random(256);
        for (var length = 0; length <= 300; length++)
        {
            var content = new byte[length];
            random.NextBytes(content);
            var whole = Keccak256.HashData(content);
            var (first, second) = (random.Next(length + 1), random.Next(length + 1));
            var (low, high) = (Math.Min(first, second), Math.Max(first, second));
            Assert.Equal(whole, Keccak256.HashData(content.AsSpan(0, low), content.AsSpan(low, high - low), content.AsSpan(high)));
            Assert.Equal(whole, Keccak256.HashData(content.AsSpan(0, high), content.AsSpan(high)));
        }
    }

    [Fact]
    public void One_flipped_bit_of_any_content_gives_another_digest_by_every_function()
    {
        var random = new Random(1);
        foreach (var algorithm in Enum.GetValues<DigestAlgorithm>().Where(algorithm => algorithm is not DigestAlgorithm.None))
        {
            for (var round = 0; round < 60; round++)
            {
                var content = new byte[1 + random.Next(4_000)];
                random.NextBytes(content);
                var digest = Digest.Compute(algorithm, content);
                var bit = random.Next(content.Length * 8);
                content[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(digest.IsOf(content));
                Assert.NotEqual(digest, Digest.Compute(algorithm, content));
                Assert.NotEqual(digest, Digest.Compute(algorithm, content.AsSpan(0, content.Length - 1)));
                content[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True(digest.IsOf(content));
            }
        }
    }
}
