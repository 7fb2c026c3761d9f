using System.Security.Cryptography;
using Hallmark.Artifacts.Files;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

public sealed class FileHasherTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_048_576)]
    [InlineData(3_000_000)]
    public async Task A_stream_gives_the_digest_of_its_bytes_however_small_the_pieces(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        foreach (var algorithm in Enum.GetValues<DigestAlgorithm>().Where(a => a is not DigestAlgorithm.None))
        {
            var hasher = new FileHasher(HashingOptions.Default with { Algorithm = algorithm });
            var digest = await hasher.HashStreamAsync(new Trickle(content), "sent", null, CancellationToken.None);
            Assert.Equal(new FileDigest("sent", length, Digest.Compute(algorithm, content)), digest);
        }
    }

    [Fact]
    public async Task A_stream_that_breaks_off_gives_no_digest()
    {
        await Assert.ThrowsAsync<IOException>(() =>
            new FileHasher(HashingOptions.Default).HashStreamAsync(
                new Trickle(new byte[2_000_000], failAt: 1_500_000),
                "sent",
                null,
                CancellationToken.None
            )
        );
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(9, 10)]
    [InlineData(10, 10)]
    [InlineData(11, 10)]
    [InlineData(100_000, 333)]
    [InlineData(2_000_000, 600_000)]
    public async Task Shards_are_the_ranges_that_model_signing_cuts(int length, int shardSize)
    {
        using var folder = new TemporaryFolder();
        var content = new byte[length];
        new Random(length).NextBytes(content);
        await File.WriteAllBytesAsync(folder.File("w:1.bin"), content);

        var sharded = await new FileHasher(HashingOptions.Default).HashShardsAsync(
            folder.File("w:1.bin"),
            shardSize,
            null,
            CancellationToken.None
        );

        var expected = content.Chunk(shardSize).Select(SHA256.HashData).ToList();
        Assert.Equal(expected, sharded.Shards.Select(shard => shard.Bytes.ToArray()));
        Assert.Equal(SHA256.HashData([.. expected.SelectMany(d => d)]), sharded.Root.Bytes.ToArray());
        Assert.Equal($"sha256-sharded-{shardSize}:{sharded.Root.Hex}", sharded.ToString());
        if (expected.Count > 1)
        {
            Assert.Equal($"w:1.bin:0:{shardSize}", sharded.GetName(0));
            Assert.Equal($"w:1.bin:{(expected.Count - 1) * shardSize}:{length}", sharded.GetName(expected.Count - 1));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => sharded.GetName(expected.Count));
        Assert.Equal(
            sharded,
            await new FileHasher(HashingOptions.Default with { MaxThreads = 1 }).HashShardsAsync(
                folder.File("w:1.bin"),
                shardSize,
                null,
                CancellationToken.None
            )
        );
    }

    [Fact]
    public async Task A_shard_size_that_makes_millions_of_shards_is_refused()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("f"), new byte[(1 << 20) + 1]);
        var hasher = new FileHasher(HashingOptions.Default);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            hasher.HashShardsAsync(folder.File("f"), 0, null, CancellationToken.None)
        );
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            hasher.HashShardsAsync(folder.File("f"), 1, null, CancellationToken.None)
        );
    }

    [Fact]
    public async Task A_folder_is_not_a_file()
    {
        using var folder = new TemporaryFolder();
        var refusal = await Assert.ThrowsAsync<ArtifactRefusedException>(() =>
            new FileHasher(HashingOptions.Default).HashAsync(folder.Path, null, CancellationToken.None)
        );
        Assert.Equal(ArtifactFault.NotARegularFile, refusal.Fault);
    }

    [Fact]
    public void Options_out_of_bounds_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { MaxThreads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { MaxThreads = 17 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { MaxFiles = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { MaxDepth = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { Algorithm = DigestAlgorithm.None });
    }

    /// <summary>Gives a few bytes at a time, as a server may, and can break off.</summary>
    private sealed class Trickle(byte[] content, int failAt = int.MaxValue) : MemoryStream(content)
    {
        private readonly Random _random = new(1);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position >= failAt
                ? throw new IOException("the server hung up")
                : base.ReadAsync(buffer[..Math.Min(buffer.Length, _random.Next(1, 70_000))], cancellationToken);
    }
}
