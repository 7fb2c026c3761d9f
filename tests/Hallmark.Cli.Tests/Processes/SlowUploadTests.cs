using System.Text.Json.Nodes;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>An upload that takes long keeps nobody from recording, as real processes.</summary>
public sealed class SlowUploadTests : IDisposable
{
    private readonly CommandScene _scene = new CommandScene().WithStore();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        _released.TrySetResult();
        _scene.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_one_process_uploads_another_one_records_a_run_and_ends_well_and_nothing_is_sent_twice(bool isWorker)
    {
        await using var turbo = await TurboServer.StartAsync();
        await AddAnchorAsync(turbo);
        using var uploading = await StartUploadAsync(turbo, isWorker);

        var recorded = await HallmarkProcess.RunAsync(_scene, "anchor", "run", CommandScene.TunedRun, "--json");
        Assert.True(recorded.Code == 0, recorded.ToString());
        Assert.True((long)JsonNode.Parse(recorded.Out)!["outbox"]!["to_do"]! > 0, recorded.Out);
        await _scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun);
        Assert.Empty(turbo.Items);

        turbo.Intercept = _ => Task.FromResult(false);
        _released.SetResult();
        await UntilDrainedAsync();
        if (isWorker)
        {
            uploading.Terminate();
        }

        var ended = await uploading.EndAsync();
        Assert.True(ended.Code == 0, ended.ToString());
        await UntilDrainedAsync();
        Assert.True(turbo.Uploads.Count >= 2, "both events' items were to come");
        Assert.All(turbo.Uploads, upload => Assert.Equal(1, upload.Value));
        await _scene.ExpectAsync(0, "ledger", "verify");
    }

    private async Task<HallmarkProcess> StartUploadAsync(TurboServer turbo, bool isWorker)
    {
        var file = _scene.Folder.File("a.txt");
        await File.WriteAllTextAsync(file, "a");
        if (isWorker)
        {
            turbo.Intercept = Silent;
            await _scene.ExpectAsync(0, "anchor", "file", file);
        }

        turbo.Intercept = HoldUploadsAsync;
        var process = new HallmarkProcess(_scene, null, isWorker ? ["worker", "--poll", "1s"] : ["anchor", "file", file]);
        await _reached.Task.WaitAsync(TimeSpan.FromSeconds(90));
        return process;
    }

    // What the bundler has taken waits for a block: that is none of the work that is to do.
    private async Task UntilDrainedAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while ((await _scene.JsonAsync(0, "outbox", "list")).AsArray().Any(work => (string?)work!["state"] == "to_do"))
        {
            _scene.Clock.Move(TimeSpan.FromMinutes(1));
            await _scene.RunAsync("outbox", "drain");
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }

    private async Task AddAnchorAsync(TurboServer turbo) =>
        await _scene.ExpectAsync(
            0,
            "anchors",
            "add",
            "arweave",
            "arweave",
            "anchors=envelope",
            "upload=" + turbo.Address,
            "gateways=" + turbo.Address,
            "bundlers=" + TurboServer.BundlerAddress
        );

    private static Task<bool> Silent(Microsoft.AspNetCore.Http.HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.FromResult(true);
    }

    private async Task<bool> HoldUploadsAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        if (context.Request.Method != "POST")
        {
            return false;
        }

        _reached.TrySetResult();
        await _released.Task;
        return false;
    }
}
