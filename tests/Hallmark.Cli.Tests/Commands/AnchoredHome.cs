namespace Hallmark.Cli.Tests.Commands;

/// <summary>A home in which the tuned run is recorded; shared by the tests of one class, which only look at it.</summary>
public sealed class AnchoredHome : IAsyncLifetime
{
    internal CommandScene Scene { get; } = new CommandScene().WithStore();

    public async Task InitializeAsync()
    {
        await Scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        await File.WriteAllTextAsync(Scene.Folder.File("report.txt"), "quarter three\n");
        await Scene.ExpectAsync(0, "anchor", "file", Scene.Folder.File("report.txt"));
    }

    public Task DisposeAsync()
    {
        Scene.Dispose();
        return Task.CompletedTask;
    }
}
