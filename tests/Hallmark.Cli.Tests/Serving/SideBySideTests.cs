using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Cli.Tests.Processes;
using Hallmark.Inference.Status;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>One home, many processes: a server under load, the agent, the worker, and commands that record meanwhile. All write one ledger, by turns.</summary>
public sealed class SideBySideTests
{
    [Fact]
    public async Task A_server_under_load_an_agent_a_worker_and_commands_write_one_ledger_and_nothing_is_lost_or_refused()
    {
        using var scene = new CommandScene();
        scene.WithStore(scene.Folder.File("shelf/.keep")[..^"/.keep".Length]);
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address, "--concurrency", "16");
        using var end = new CancellationTokenSource();
        var answered = new ConcurrentBag<string>();
        var load = Enumerable.Range(0, 8).Select(_ => AskAsync(served, answered, end.Token)).ToList();

        // The agent registers what it watches while the server writes, and tells of a change at once: nothing waits for the server's end.
        using var agent = new RunningAgent(scene);
        agent.Start();
        await agent.ReachAsync(AssetOutcome.Verified);
        using var worker = new HallmarkProcess(scene, null, "worker", "--poll", "1s");
        await File.WriteAllTextAsync(agent.ModelFile, "other weights");
        await agent.ReachAsync(AssetOutcome.Tampered);
        for (var i = 0; i < 3; i++)
        {
            var file = scene.Folder.File($"note-{i}.txt");
            await File.WriteAllTextAsync(file, file);
            await scene.ExpectAsync(0, "anchor", "file", file);
        }

        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        await scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun);
        var before = answered.Count;
        await EventuallyAsync(() => Task.FromResult(answered.Count > before));
        await end.CancelAsync();
        await Task.WhenAll(load);

        // Both events of the agent are entries of the ledger, and it is one tree, with the server still there.
        await EventuallyAsync(async () =>
            (await CountAsync(scene, "asset_registered"), await CountAsync(scene, "tamper_detected")) == (1, 1)
        );
        await EventuallyAsync(async () => (await scene.RunAsync("outbox", "drain")).Code == 0);
        await scene.ExpectAsync(0, "ledger", "verify");
        worker.Terminate();
        Assert.Equal(0, (await worker.EndAsync()).Code);
        Assert.Equal(0, await served.TerminateAsync());
        agent.Kill();
        await scene.ExpectAsync(0, "ledger", "verify");
        using var ledger = LedgerReader.Open(Path.Combine(scene.Home, "ledger"));
        Assert.NotEmpty(answered);
        foreach (var id in answered)
        {
            Assert.Single(await ledger.FindBySubjectAsync(SubjectKeys.Prediction(id), default));
        }
    }

    private static async Task AskAsync(ServedProcess served, ConcurrentBag<string> answered, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using var content = new StringContent("{\"inputs\":[1]}", Encoding.UTF8, "application/json");
            using var response = await served.Client.PostAsync(new Uri("/invocations", UriKind.Relative), content, CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            answered.Add(response.Headers.GetValues("Hallmark-Decision-Id").Single());
        }
    }

    private static async Task<int> CountAsync(CommandScene scene, string eventType)
    {
        using var ledger = LedgerReader.Open(Path.Combine(scene.Home, "ledger"));
        var count = 0;
        await foreach (var entry in ledger.ReadRangeAsync(0, long.MaxValue, default))
        {
            count += entry.EventType == eventType ? 1 : 0;
        }

        return count;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await condition())
        {
            await Task.Delay(100, limit.Token);
        }
    }
}
