using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

/// <summary>Runs alone, because what it looks at (allocations) is the whole process's.</summary>
[CollectionDefinition(nameof(MemoryAndProgressTests), DisableParallelization = true)]
[Collection(nameof(MemoryAndProgressTests))]
public sealed class MemoryAndProgressTests
{
    private const long SparseSize = 512L << 20;

    // sha256sum and b3sum of 512 MiB of zeros.
    [Theory]
    [InlineData(DigestAlgorithm.Sha256, "9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767")]
    [InlineData(DigestAlgorithm.Blake3, "34f2f34bcc048af98242e010b4a661348276a784d9f9f99fcff70bf94fe8b9ba")]
    public async Task A_file_larger_than_memory_allows_is_never_held_whole(DigestAlgorithm algorithm, string expected)
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder.File("weights.bin")))
        {
            file.SetLength(SparseSize);
        }

        var before = GC.GetTotalAllocatedBytes();
        var digest = await new FileHasher(HashingOptions.Default with { Algorithm = algorithm, MaxThreads = 2 }).HashAsync(
            folder.File("weights.bin"),
            null,
            CancellationToken.None
        );

        Assert.Equal(expected, digest.Digest.Hex);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16L << 20);
    }

    [Fact]
    public async Task A_download_is_hashed_as_it_comes_and_never_held_whole()
    {
        using var folder = new TemporaryFolder();
        await using var file = new FileStream(folder.File("weights.bin"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1);
        file.SetLength(SparseSize / 4);
        var before = GC.GetTotalAllocatedBytes();

        var digest = await new FileHasher(HashingOptions.Default).HashStreamAsync(file, "weights.bin", null, CancellationToken.None);

        Assert.Equal(SparseSize / 4, digest.Size);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16L << 20);
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake3)]
    public async Task Progress_never_runs_backwards_and_ends_at_the_total(DigestAlgorithm algorithm)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a/large"), new byte[5_000_001]);
        File.WriteAllBytes(folder.File("b/small"), new byte[10]);
        File.WriteAllBytes(folder.File("empty"), []);
        var told = new List<HashingProgress>();

        await new FolderHasher(HashingOptions.Default with { Algorithm = algorithm, MaxThreads = 4 }).HashAsync(
            folder.Path,
            new Tell(told.Add),
            CancellationToken.None
        );

        Assert.Equal(told.Select(p => p.BytesDone).Order(), told.Select(p => p.BytesDone));
        Assert.All(told, p => Assert.Equal(5_000_011, p.BytesTotal));
        Assert.Equal(5_000_011, told[^1].BytesDone);
        Assert.Contains(told, p => p.CurrentFile == "a/large");
        Assert.Contains(told, p => p.CurrentFile == "b/small");
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake3)]
    public async Task Cancelling_ends_the_work_long_before_the_end(DigestAlgorithm algorithm)
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 4; i++)
        {
            using var file = File.Create(folder.File($"f{i}"));
            file.SetLength(64 << 20);
        }

        using var cancellation = new CancellationTokenSource();
        long done = 0;
        var progress = new Tell(p =>
        {
            done = p.BytesDone;
            cancellation.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new FolderHasher(HashingOptions.Default with { Algorithm = algorithm, MaxThreads = 2 }).HashAsync(
                folder.Path,
                progress,
                cancellation.Token
            )
        );
        Assert.InRange(done, 1, 16 << 20);
    }

    [Fact]
    public async Task Cancelling_before_the_start_reads_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new FolderHasher(HashingOptions.Default).HashAsync("/nowhere", null, cancellation.Token)
        );
    }
}
