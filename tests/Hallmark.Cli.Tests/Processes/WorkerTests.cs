using System.Diagnostics;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>The worker and <c>--offline</c> as real processes.</summary>
public sealed class WorkerTests
{
    [Fact]
    public async Task A_worker_that_is_killed_and_started_again_loses_nothing_and_sends_nothing_twice()
    {
        using var scene = new CommandScene();
        await using var turbo = await TurboServer.StartAsync();
        var reached = new TaskCompletionSource();
        var hang = new TaskCompletionSource();
        turbo.Intercept = async context =>
        {
            if (context.Request.Method == "POST")
            {
                reached.TrySetResult();
                await hang.Task;
                return true;
            }

            return false;
        };
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        await scene.ExpectAsync(0, "anchor", "file", scene.Folder.File("a.txt"));
        await scene.ExpectAsync(
            0,
            "anchors",
            "add",
            "arweave",
            "arweave",
            "upload=" + turbo.Address,
            "gateways=" + turbo.Address,
            "bundlers=" + TurboServer.BundlerAddress
        );

        // The first checkpoint was made before the anchor was there; this one is not.
        await File.WriteAllTextAsync(scene.Folder.File("b.txt"), "b");
        using (var recording = new HallmarkProcess(scene, null, "anchor", "file", scene.Folder.File("b.txt")))
        {
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(3));
            recording.Kill();
        }

        turbo.Intercept = _ => Task.FromResult(false);
        hang.SetResult();
        using var worker = new HallmarkProcess(scene, null, "worker", "--poll", "1s");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (turbo.Items.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }

        worker.Terminate();
        var ended = await worker.EndAsync();
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Contains("stopped;", ended.Error, StringComparison.Ordinal);
        Assert.All(turbo.Uploads, upload => Assert.Equal(1, upload.Value));
        await scene.ExpectAsync(0, "ledger", "verify");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_killed_in_the_middle_of_an_upload_is_followed_by_one_that_goes_on(bool wasTaken)
    {
        using var scene = new CommandScene();
        await using var turbo = await TurboServer.StartAsync();
        turbo.Intercept = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        await scene.ExpectAsync(
            0,
            "anchors",
            "add",
            "arweave",
            "arweave",
            "upload=" + turbo.Address,
            "gateways=" + turbo.Address,
            "bundlers=" + TurboServer.BundlerAddress
        );
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        await scene.ExpectAsync(0, "anchor", "file", scene.Folder.File("a.txt"));
        Assert.Empty(turbo.Items);

        var (reached, hang) = (new TaskCompletionSource(), new TaskCompletionSource());
        turbo.Intercept = async context =>
        {
            if (context.Request.Method != "POST")
            {
                return false;
            }

            if (wasTaken)
            {
                Assert.NotNull(await turbo.TryTakeAsync(context));
            }

            reached.TrySetResult();
            await hang.Task;
            return true;
        };
        using (var worker = new HallmarkProcess(scene, null, "worker", "--poll", "1s"))
        {
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(3));
            worker.Kill();
        }

        turbo.Intercept = _ => Task.FromResult(false);
        hang.SetResult();
        using var next = new HallmarkProcess(scene, null, "worker", "--poll", "1s");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while ((await scene.JsonAsync(0, "receipts", "list")).AsArray() is not [var receipt] || (string?)receipt!["state"] != "submitted")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }

        next.Terminate();
        Assert.Equal(0, (await next.EndAsync()).Code);
        Assert.Equal(1, Assert.Single(turbo.Uploads).Value);
        await scene.ExpectAsync(0, "ledger", "verify");
    }

    [PeerFact("unshare")]
    public async Task Offline_verification_works_where_there_is_no_network_interface_at_all()
    {
        using var scene = new CommandScene();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        await scene.ExpectAsync(
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
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        await scene.ExpectAsync(0, "anchor", "file", scene.Folder.File("a.txt"), "--wait");

        var verified = await WithoutNetworkAsync(scene, "verify", "file", scene.Folder.File("a.txt"), "--offline");
        Assert.True(verified.Code == 0, verified.ToString());
        Assert.Contains("arweave: ", verified.Out, StringComparison.Ordinal);
        var shown = await WithoutNetworkAsync(scene, "receipts", "show", "0", "--offline");
        Assert.True(shown.Code == 0, shown.ToString());
    }

    private static async Task<Ended> WithoutNetworkAsync(CommandScene scene, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "unshare",
            ["--net", "--map-root-user", "dotnet", Path.Combine(AppContext.BaseDirectory, "hallmark.dll"), .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in scene.Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return new Ended(process.ExitCode, await output, await error);
    }
}
