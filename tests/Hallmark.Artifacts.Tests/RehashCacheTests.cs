using Hallmark.Artifacts.Cache;
using Hallmark.Artifacts.Files;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

/// <summary>The cache is told a wrong digest; whether it comes out shows whether the cache was believed.</summary>
public sealed class RehashCacheTests : IDisposable
{
    private static readonly Digest Wrong = Digest.Compute(DigestAlgorithm.Sha256, "something else"u8);

    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("tree/model.bin");

    private string CacheFolder => Path.Combine(_folder.Path, "cache");

    public RehashCacheTests()
    {
        File.WriteAllText(Model, "content");
        File.SetLastWriteTimeUtc(Model, DateTime.UnixEpoch.AddYears(50));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_unchanged_file_is_not_read_again_even_by_the_next_process()
    {
        var cache = Open();
        Poison(cache);
        Assert.Equal(Wrong, await Hash(cache));
        cache.Save();
        Assert.Equal(Wrong, await Hash(Open()));
    }

    [Fact]
    public async Task What_was_hashed_is_remembered()
    {
        var first = Open();
        var digest = await Hash(first);
        Assert.Equal(1, first.Count);

        var second = Open();
        Assert.Equal(1, second.Count);
        Assert.Equal(digest, second.Find(Model, Facts(), DigestAlgorithm.Sha256));
    }

    [Theory]
    [InlineData("size")]
    [InlineData("mtime")]
    [InlineData("ctime")]
    [InlineData("inode")]
    [InlineData("path")]
    [InlineData("link")]
    public async Task A_visible_change_is_never_turned_into_a_pass(string key)
    {
        var cache = Open();
        Poison(cache);
        var written = File.GetLastWriteTimeUtc(Model);
        var changed = ChangeTimes.Of(Model);
        switch (key)
        {
            case "size":
                File.AppendAllText(Model, "x");
                File.SetLastWriteTimeUtc(Model, written);
                break;
            case "mtime":
                File.SetLastWriteTimeUtc(Model, written.AddTicks(1));
                break;
            case "ctime":
                File.WriteAllText(Model, "CONTENT");
                File.SetLastWriteTimeUtc(Model, written);
                ChangeTimes.MoveBeyond(Model, changed);
                break;
            case "inode":
                File.Copy(Model, Model + "2");
                File.SetLastWriteTimeUtc(Model + "2", written);
                File.Move(Model + "2", Model, overwrite: true);
                break;
            case "path":
                File.Move(Model, _folder.File("tree/other.bin"));
                break;
            default:
                File.Move(Model, Model + "2");
                File.CreateSymbolicLink(Model, "model.bin2");
                break;
        }

        var digests = await FolderHasherTests.Hash(_folder.File("tree"), HashingOptions.Default with { Cache = cache });

        Assert.All(digests.Files, file => Assert.True(file.Digest.IsOf(File.ReadAllBytes(_folder.File("tree/" + file.Path)))));
    }

    [Fact]
    public void Each_fact_counts_by_itself()
    {
        var cache = Open();
        var facts = Facts();
        cache.Remember(Model, facts, Wrong, Later);

        Assert.Equal(Wrong, cache.Find(Model, facts, DigestAlgorithm.Sha256));
        Assert.Null(cache.Find(Model + "x", facts, DigestAlgorithm.Sha256));
        Assert.Null(cache.Find(Model, facts, DigestAlgorithm.Blake3));
        Assert.Null(cache.Find(Model, facts with { Size = facts.Size + 1 }, DigestAlgorithm.Sha256));
        Assert.Null(cache.Find(Model, facts with { ModifiedNanoseconds = facts.ModifiedNanoseconds + 1 }, DigestAlgorithm.Sha256));
        Assert.Null(cache.Find(Model, facts with { ChangedNanoseconds = facts.ChangedNanoseconds - 1 }, DigestAlgorithm.Sha256));
        Assert.Null(cache.Find(Model, facts with { Inode = facts.Inode + 1 }, DigestAlgorithm.Sha256));
        Assert.Null(cache.Find(Model, facts with { Device = facts.Device + 1 }, DigestAlgorithm.Sha256));
        Assert.Null(cache.Find(Model, facts with { ChangedNanoseconds = null }, DigestAlgorithm.Sha256));
    }

    [Fact]
    public void A_platform_without_inode_or_change_time_has_no_cache()
    {
        var cache = Open();
        cache.Remember(Model, Facts() with { ChangedNanoseconds = null }, Wrong, Later);
        cache.Remember(Model, Facts() with { Inode = null }, Wrong, Later);
        Assert.Equal(0, cache.Count);
    }

    [Theory]
    [InlineData(-10_000, false)]
    [InlineData(0, false)]
    [InlineData(1_999, false)]
    [InlineData(2_000, true)]
    public void A_file_written_just_before_hashing_is_not_remembered(int millisecondsQuiet, bool remembered)
    {
        var cache = Open();
        var written = DateTimeOffset.UnixEpoch.AddYears(55);
        var nanoseconds = (written - DateTimeOffset.UnixEpoch).Ticks * 100;
        var old = nanoseconds - 60_000_000_000;
        cache.Remember(
            "mtime",
            Facts() with
            {
                ModifiedNanoseconds = nanoseconds,
                ChangedNanoseconds = old,
            },
            Wrong,
            written.AddMilliseconds(millisecondsQuiet)
        );
        cache.Remember(
            "ctime",
            Facts() with
            {
                ModifiedNanoseconds = old,
                ChangedNanoseconds = nanoseconds,
            },
            Wrong,
            written.AddMilliseconds(millisecondsQuiet)
        );
        Assert.Equal(remembered ? 2 : 0, cache.Count);
    }

    [Fact]
    public async Task Paranoid_neither_reads_nor_writes_the_cache()
    {
        var cache = Open();
        Poison(cache);
        var digests = await FolderHasherTests.Hash(_folder.File("tree"), HashingOptions.Default with { Cache = cache, Paranoid = true });
        Assert.True(digests.Files[0].Digest.IsOf("content"u8));
        Assert.False(Directory.Exists(CacheFolder));
    }

    [Fact]
    public void A_damaged_line_is_forgotten_and_never_believed()
    {
        var cache = Open();
        Poison(cache);
        cache.Save();
        var file = Directory.GetFiles(CacheFolder, "*.jsonl").Single();
        var whole = File.ReadAllBytes(file);
        for (var i = 0; i < whole.Length; i++)
        {
            var damaged = whole.ToArray();
            damaged[i] ^= 1;
            File.WriteAllBytes(file, damaged);
            Assert.True(Open().Find(Model, Facts(), DigestAlgorithm.Sha256) is null || IsBlank(whole[i]), $"byte {i}");

            File.WriteAllBytes(file, whole[..i]);
            Assert.True(Open().Find(Model, Facts(), DigestAlgorithm.Sha256) is null || i >= whole.Length - 1, $"cut at {i}");
        }

        static bool IsBlank(byte value) => value is (byte)'\n';
    }

    [Fact]
    public void Entries_around_a_broken_part_are_kept()
    {
        var cache = Open();
        Poison(cache);
        cache.Save();
        var file = Directory.GetFiles(CacheFolder, "*.jsonl").Single();
        File.AppendAllText(file, "{\"path\":\"half a li");
        var second = Open();
        second.Remember("other", Facts(), Wrong, Later);
        second.Save();
        File.AppendAllText(file, new string('x', 300_000) + "\n[]\nnull\n{\"a\":" + new string('[', 5000) + "\n");
        var third = Open();
        third.Remember("third", Facts(), Wrong, Later);
        third.Save();

        Assert.Equal(3, Open().Count);
    }

    [Fact]
    public void The_file_stays_bounded_and_keeps_the_newest()
    {
        for (var i = 0; i < 30; i++)
        {
            var cache = RehashCache.Open(CacheFolder, new Clock(), maxEntries: 10);
            cache.Remember($"f{i}", Facts(), Wrong, Later);
            cache.Save();
        }

        var lines = File.ReadAllLines(Directory.GetFiles(CacheFolder, "*.jsonl").Single()).Where(line => line.Length > 0).ToList();
        Assert.InRange(lines.Count, 10, 20);
        Assert.NotNull(Open().Find("f29", Facts(), DigestAlgorithm.Sha256));
        Assert.Null(Open().Find("f0", Facts(), DigestAlgorithm.Sha256));
    }

    [Fact]
    public void Many_that_save_at_once_do_not_spoil_each_others_lines()
    {
        Parallel.For(
            0,
            40,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            i =>
            {
                var cache = Open();
                cache.Remember($"f{i}", Facts(), Wrong, Later);
                cache.Save();
            }
        );

        Assert.Equal(40, Open().Count);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_costs_time_and_nothing_else()
    {
        File.WriteAllText(CacheFolder, "a file where the folder should be");
        Assert.True((await Hash(Open())).IsOf("content"u8));
    }

    [Fact]
    public void Nobody_else_may_write_the_cache_file()
    {
        var cache = Open();
        Poison(cache);
        cache.Save();
        Assert.All(
            Directory.GetFiles(CacheFolder),
            file =>
                Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite))
        );
    }

    private static DateTimeOffset Later => new Clock().GetUtcNow();

    private RehashCache Open() => RehashCache.Open(CacheFolder, new Clock());

    private FileFacts Facts() => DiskFiles.Find(Model, followLink: true)!.Value;

    private void Poison(RehashCache cache) => cache.Remember(Model, Facts(), Wrong, Later);

    private async Task<Digest> Hash(RehashCache cache) =>
        (await FolderHasherTests.Hash(_folder.File("tree"), HashingOptions.Default with { Cache = cache })).Files.Single().Digest;

    /// <summary>A clock an hour ahead, so that files the test has just written have been quiet.</summary>
    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(1);
    }
}
