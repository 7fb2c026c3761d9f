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

    private static Task ReachAsync(MonitoringAgent agent, AssetOutcome outcome) =>
        UntilAsync(() => Task.FromResult(agent.FindStatus("m")!.Outcome == outcome));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
