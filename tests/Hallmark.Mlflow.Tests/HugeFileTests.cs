using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests;

/// <summary>Files larger than anybody should hold. Runs alone, because what it looks at (allocations) is the whole process's.</summary>
[CollectionDefinition(nameof(HugeFileTests), DisableParallelization = true)]
[Collection(nameof(HugeFileTests))]
public sealed class HugeFileTests : IDisposable
{
    private const int Most = 16 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("meta.yaml")]
    [InlineData("params/C")]
    [InlineData("tags/phase")]
    [InlineData("metrics/accuracy")]
    public async Task A_file_of_a_run_of_a_gigabyte_is_refused_unread(string file)
    {
        var ids = new FixtureIds("3.6/file");
        var run = ids.Experiment + "/" + ids.Run("baseline");
        var root = _folder.CopyOf(Path.Combine(ids.Folder, "mlruns"));
        await using var store = MlflowStores.Open(new MlflowStoreOptions { TrackingUri = root });
        Assert.NotNull(await store.FindRunAsync(ids.Run("baseline"), default));
        Stretch(Path.Combine(root, run, file), 1L << 30);
        var before = GC.GetTotalAllocatedBytes();
        var failure = await Assert.ThrowsAnyAsync<BadInputException>(() => store.FindRunAsync(ids.Run("baseline"), default));
        Assert.Equal(2, failure.ExitCode);
        Assert.True(GC.GetTotalAllocatedBytes() - before < Most);
    }

    [Fact]
    public async Task Two_gigabytes_are_read_without_being_held()
    {
        Stretch(_folder.File("root/big"), 2L << 30);
        var before = GC.GetTotalAllocatedBytes();
        var repository = new LocalArtifactRepository(ArtifactUri.Parse(Path.Combine(_folder.Path, "root")));
        await using var stream = await repository.OpenReadAsync("big", default);
        var buffer = new byte[1 << 16];
        stream!.Seek(-10, SeekOrigin.End);
        Assert.Equal(10, await stream.ReadAsync(buffer));
        Assert.True(GC.GetTotalAllocatedBytes() - before < Most);
    }

    private static void Stretch(string path, long size)
    {
        using var sparse = File.OpenWrite(path);
        sparse.SetLength(size);
    }
}
