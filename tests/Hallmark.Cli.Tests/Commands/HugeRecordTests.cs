namespace Hallmark.Cli.Tests.Commands;

/// <summary>Runs alone, because what it looks at (allocations) is the whole process's.</summary>
[CollectionDefinition(nameof(HugeRecordTests), DisableParallelization = true)]
[Collection(nameof(HugeRecordTests))]
public sealed class HugeRecordTests
{
    [Fact]
    public async Task A_stored_record_of_a_gigabyte_is_not_read_into_memory()
    {
        using var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        await using (var stream = File.OpenWrite(Path.Combine(scene.RunFolder(), "artifacts/ario/payload.json")))
        {
            stream.SetLength(1L << 30);
        }

        var before = GC.GetTotalAllocatedBytes();
        var refusal = await scene.ExpectAsync(2, "verify", "run", CommandScene.TunedRun);
        Assert.StartsWith("error: ario/payload.json among the artifacts is larger than", refusal.Error, StringComparison.Ordinal);
        Assert.Equal("", refusal.Out);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 1L << 29);

        await using (var stream = File.OpenWrite(scene.Folder.File("proof.json")))
        {
            stream.SetLength(1L << 30);
        }

        await scene.RefuseAsync(2, "verify", "envelope", scene.Folder.File("proof.json"));
        await scene.RefuseAsync(2, "anchor", "file", scene.Folder.File("proof.json"), "--metadata", scene.Folder.File("proof.json"));
    }
}
