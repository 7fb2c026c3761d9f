using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Inference.Agent;
using Hallmark.Inference.Status;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>The agent at work, with the system's clock and the system's hints.</summary>
public sealed class AgentRunTests
{
    [Fact]
    public async Task It_watches_by_itself_takes_up_an_acceptance_and_ends_with_everything_in_the_ledger()
    {
        await using var scene = new AgentScene();
        var policy = scene.Policy(members => members["assets"]!.AsArray()[0]!["interval"] = 1);
        using var state = AgentFolder.Open(scene.StateFolder);
        using var stop = new CancellationTokenSource();
        var agent = await MonitoringAgent.StartAsync(
            policy,
            state,
            scene.Ledger,
            new RandomEventIds(),
            TimeProvider.System,
            _ => { },
            CancellationToken.None
        );
        await using (agent)
        {
            var running = agent.RunAsync(stop.Token);
            await ReachAsync(agent, AssetOutcome.Verified);
            await File.WriteAllTextAsync(scene.ModelFile, "changed");
            await ReachAsync(agent, AssetOutcome.Tampered);
            await UntilAsync(async () => (await scene.EventsAsync(AgentEvents.TamperDetected)).Count == 1);
            await scene.AcceptAsync();
            await ReachAsync(agent, AssetOutcome.Verified);
            File.Delete(scene.ModelFile);
            await ReachAsync(agent, AssetOutcome.Missing);
            await stop.CancelAsync();
            await running;
        }

        Assert.Single(await scene.EventsAsync(AgentEvents.TamperDetected));
        Assert.Single(await scene.EventsAsync(AgentEvents.AssetMissing));
        Assert.Equal(2, (await scene.EventsAsync(AgentEvents.AssetRegistered)).Count);
    }

    [Fact]
    public async Task A_disk_that_refuses_for_a_while_is_said_and_what_was_seen_is_brought_in_later()
    {
        await using var scene = new AgentScene();
        scene.Ledger.Trouble = new IOException("no space left on device");
        using var state = AgentFolder.Open(scene.StateFolder);
        using var stop = new CancellationTokenSource();
        var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var agent = await MonitoringAgent.StartAsync(
            scene.Policy(),
            state,
            scene.Ledger,
            new RandomEventIds(),
            TimeProvider.System,
            told.Enqueue,
            CancellationToken.None
        );
        await using (agent)
        {
            var running = agent.RunAsync(stop.Token);
            await ReachAsync(agent, AssetOutcome.Verified);
            await UntilAsync(() => Task.FromResult(told.Contains("not now: no space left on device")));
            scene.Ledger.Trouble = null;
            await UntilAsync(async () => (await scene.EventsAsync(AgentEvents.AssetRegistered)).Count == 1);
            await stop.CancelAsync();
            await running;
        }
    }

    [Fact]
    public async Task A_mistake_of_ours_in_one_loop_ends_the_agent_and_leaves_no_asset_unwatched_in_silence()
    {
        await using var scene = new AgentScene();
        scene.Ledger.Trouble = new InvalidOperationException("a mistake");
        using var state = AgentFolder.Open(scene.StateFolder);
        var agent = await MonitoringAgent.StartAsync(
            scene.Policy(),
            state,
            scene.Ledger,
            new RandomEventIds(),
            TimeProvider.System,
            _ => { },
            CancellationToken.None
        );
        await using (agent)
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
                agent.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2))
            );
            Assert.Equal("a mistake", failure.Message);
        }
    }

    private static Task ReachAsync(MonitoringAgent agent, AssetOutcome outcome) =>
        UntilAsync(() => Task.FromResult(agent.FindStatus("m")!.Outcome == outcome));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await holds())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
