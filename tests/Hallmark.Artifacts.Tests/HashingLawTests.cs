using System.Diagnostics;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Artifacts.Cache;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

/// <summary>What holds for any tree, any file and any stream: the fast ways give what reading everything byte by byte gives.</summary>
public sealed class HashingLawTests
{
    private static readonly Config Some = Config.QuickThrowOnFailure.WithMaxTest(15).WithReplay(20261121, 9);
    private static readonly string[] Names =
    [
        "a",
        "b.txt",
        "größe",
        "with space",
        ".hidden",
        "данные",
        "😀",
        "registered_model_meta",
        "-n",
        "a'b\"c",
    ];

    [Fact]
    public void Any_tree_is_hashed_as_reading_its_files_one_by_one_hashes_them() =>
        Check.One(
            Some,
            Prop.ForAll<int>(seed =>
            {
                var random = new System.Random(seed);
                using var folder = new TemporaryFolder();
                var expected = Grow(folder.Path, random, depth: 0, prefix: "");
                foreach (var threads in new[] { 1, 3, 16 })
                {
                    var found = Hash(folder.Path, new HashingOptions { MaxThreads = threads });
                    Assert.Equal(
                        expected.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => file.Key),
                        found.Files.Select(file => file.Path)
                    );
                    Assert.All(
                        found.Files,
                        file => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected[file.Path])), file.Digest.Hex)
                    );
                    Assert.Equal(expected.Values.Sum(content => (long)content.Length), found.TotalSize);
                    Assert.Equal(expected.Count, found.ToChecksums().Count);
                }

                var mlflow = Hash(folder.Path, HashingOptions.ForMlflow).ToChecksums();
                Assert.DoesNotContain(mlflow.Keys, path => Path.GetFileName(path) == HashingOptions.MlflowBookkeepingFile);
                Assert.Equal(expected.Keys.Count(path => Path.GetFileName(path) != HashingOptions.MlflowBookkeepingFile), mlflow.Count);
            })
        );

    [Fact]
    public void A_file_in_shards_of_any_size_is_its_ranges_hashed_one_by_one() =>
        Check.One(
            Some.WithMaxTest(40),
            Prop.ForAll<NonNegativeInt, PositiveInt>(
                (length, shard) =>
                {
                    using var folder = new TemporaryFolder();
                    var content = RandomNumberGenerator.GetBytes(length.Get * 131 % 20_000);
                    var path = folder.File("model.bin");
                    File.WriteAllBytes(path, content);
                    var size = Math.Max(1, shard.Get * 37 % 9000);
                    var sharded = new FileHasher(HashingOptions.Default)
                        .HashShardsAsync(path, size, null, CancellationToken.None)
                        .GetAwaiter()
                        .GetResult();
                    var expected = content.Chunk(size).Select(piece => Digest.Compute(DigestAlgorithm.Sha256, piece)).ToArray();
                    Assert.Equal(expected, sharded.Shards);
                    Assert.Equal(
                        Convert.ToHexStringLower(SHA256.HashData(expected.SelectMany(digest => digest.Bytes.ToArray()).ToArray())),
                        sharded.Root.Hex
                    );
                    Assert.Equal($"sha256-sharded-{size}:{sharded.Root.Hex}", sharded.ToString());
                    for (var i = 0; i < expected.Length; i++)
                    {
                        Assert.Equal($"model.bin:{i * size}:{Math.Min((i + 1) * size, content.Length)}", sharded.GetName(i));
                    }

                    Assert.Throws<ArgumentOutOfRangeException>(() => sharded.GetName(expected.Length));
                    Assert.Throws<ArgumentOutOfRangeException>(() => sharded.GetName(-1));
                    Assert.Equal(sharded, sharded with { Shards = [.. sharded.Shards] });
                    Assert.NotEqual(sharded, sharded with { ShardSize = size + 1 });
                }
            )
        );

    [Fact]
    public void A_stream_that_comes_in_pieces_of_any_size_is_hashed_as_the_file() =>
        Check.One(
            Some.WithMaxTest(30),
            Prop.ForAll<int>(seed =>
            {
                var random = new System.Random(seed);
                var content = new byte[random.Next(3) == 0 ? random.Next(3 << 20) : random.Next(5000)];
                random.NextBytes(content);
                foreach (var algorithm in new[] { DigestAlgorithm.Sha256, DigestAlgorithm.Blake3 })
                {
                    using var stream = new StutteringStream(content, random);
                    var digest = new FileHasher(new HashingOptions { Algorithm = algorithm })
                        .HashStreamAsync(stream, "name", null, CancellationToken.None)
                        .GetAwaiter()
                        .GetResult();
                    Assert.Equal(new FileDigest("name", content.Length, Digest.Compute(algorithm, content)), digest);
                }
            })
        );

    /// <summary>Files are written, prolonged, replaced, removed and their times set back; the cache is asked after each step, by this process and a next one.</summary>
    [Fact]
    public void No_sequence_of_changes_makes_the_cache_give_another_digest_than_reading_gives() =>
        Check.One(
            Some.WithMaxTest(10),
            Prop.ForAll<int>(seed =>
            {
                var random = new System.Random(seed);
                using var folder = new TemporaryFolder();
                var tree = Directory.CreateDirectory(Path.Combine(folder.Path, "tree")).FullName;
                var place = Path.Combine(folder.Path, "cache");

                // A clock far ahead: every file was left alone long enough to be remembered.
                var time = new FixedTime(TimeProvider.System.GetUtcNow().AddHours(1));
                var cache = RehashCache.Open(place, time);
                File.WriteAllText(Path.Combine(tree, "f0"), "first");
                for (var step = 0; step < 12; step++)
                {
                    Change(tree, random);
                    cache = random.Next(3) == 0 ? RehashCache.Open(place, time) : cache;
                    var fresh = Hash(tree, HashingOptions.Default).Files.AsEnumerable();
                    Assert.Equal(fresh, Hash(tree, new HashingOptions { Cache = cache }).Files.AsEnumerable());
                    Assert.Equal(fresh, Hash(tree, new HashingOptions { Cache = cache, Paranoid = true }).Files.AsEnumerable());
                }

                Assert.True(cache.Count > 0);
            })
        );

    [PeerFact("sha256sum")]
    public async Task Sha256sum_says_the_same_of_a_tree()
    {
        using var folder = new TemporaryFolder();
        Grow(folder.Path, new System.Random(77), depth: 0, prefix: "");
        await File.WriteAllBytesAsync(folder.File("large.bin"), RandomNumberGenerator.GetBytes(5_000_001));
        using var process = Process.Start(
            new ProcessStartInfo("sh", ["-c", "find . -type f -print0 | xargs -0 sha256sum -z --"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
                WorkingDirectory = folder.Path,
            }
        )!; // ! a process is started
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            lines
                .ToDictionary(line => line[(64 + 2 + 2)..], line => line[..64], StringComparer.Ordinal)
                .OrderBy(file => file.Key, StringComparer.Ordinal),
            Hash(folder.Path, HashingOptions.Default).ToChecksums().OrderBy(file => file.Key, StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Bounds_are_the_callers_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { Algorithm = DigestAlgorithm.None });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { MaxThreads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { MaxThreads = 17 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { MaxFiles = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashingOptions { MaxDepth = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => RehashCache.Open("x", TimeProvider.System, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RehashCache.Open("x", TimeProvider.System, 1_000_001));
        Assert.Throws<ArgumentException>(() => RehashCache.Open("", TimeProvider.System));
        using var folder = new TemporaryFolder();
        var hasher = new FileHasher(HashingOptions.Default);
        await File.WriteAllBytesAsync(folder.File("f"), new byte[(1 << 20) + 1]);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => hasher.HashShardsAsync(folder.File("f"), 0, null, default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => hasher.HashShardsAsync(folder.File("f"), 1, null, default));
        await Assert.ThrowsAsync<ArgumentNullException>(() => hasher.HashStreamAsync(null!, "x", null, default)); // ! the caller's error is the subject
        Assert.Empty((await hasher.HashShardsAsync(Empty(folder), long.MaxValue, null, default)).Shards);
    }

    private static string Empty(TemporaryFolder folder)
    {
        File.WriteAllBytes(folder.File("empty"), []);
        return folder.File("empty");
    }

    private static FolderDigests Hash(string path, HashingOptions options) =>
        new FolderHasher(options).HashAsync(path, null, CancellationToken.None).GetAwaiter().GetResult();

    private static Dictionary<string, byte[]> Grow(string folder, System.Random random, int depth, string prefix)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in Names.Where(_ => random.Next(2) == 0))
        {
            if (depth < 3 && random.Next(3) == 0)
            {
                Directory.CreateDirectory(Path.Combine(folder, name));
                foreach (var (path, content) in Grow(Path.Combine(folder, name), random, depth + 1, prefix + name + "/"))
                {
                    files.Add(path, content);
                }
            }
            else
            {
                var content = new byte[random.Next(4) == 0 ? 0 : random.Next(70_000)];
                random.NextBytes(content);
                File.WriteAllBytes(Path.Combine(folder, name), content);
                files.Add(prefix + name, content);
            }
        }

        return files;
    }

    private static void Change(string tree, System.Random random)
    {
        var file = Path.Combine(tree, $"f{random.Next(3)}");
        var before = File.Exists(file) ? File.GetLastWriteTimeUtc(file) : (DateTime?)null;
        var newest = Directory.GetFiles(tree).Max(path => ChangeTimes.Of(path) ?? 0);
        switch (random.Next(5))
        {
            case 0:
                File.WriteAllText(file, $"content {random.Next(4)}");
                break;
            case 1:
                File.AppendAllText(file, "x");
                break;
            case 2:
                File.WriteAllText(file + ".new", $"content {random.Next(4)}");
                File.Move(file + ".new", file, overwrite: true);
                break;
            case 3 when Directory.GetFiles(tree).Length > 1:
                File.Delete(file);
                return;
            default:
                return;
        }

        if (before is { } time && random.Next(2) == 0)
        {
            File.SetLastWriteTimeUtc(file, time); // as somebody would who hides a change
        }

        // The cache's quiet time, which the clock above takes away, keeps it from files changed twice within a tick of the file system's clock.
        ChangeTimes.MoveBeyond(file, newest);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>Gives what it likes of what is asked for, as a socket does.</summary>
    private sealed class StutteringStream(byte[] content, System.Random random) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 40_000))], cancellationToken);
    }
}
