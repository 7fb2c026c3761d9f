using Hallmark.Cli.Tests.Commands;
using Hallmark.Inference.Status;
using Hallmark.Ledger;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>The agent as a process of its own: asked, killed, started again, told to stop.</summary>
public sealed class AgentProcessTests : IDisposable
{
    private readonly CommandScene _scene = new();
    private readonly RunningAgent _agent;

    public AgentProcessTests() => _agent = new RunningAgent(_scene);

    public void Dispose()
    {
        _agent.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public async Task Killed_at_any_moment_it_goes_on_where_it_was_and_told_to_stop_it_ends_well()
    {
        for (var i = 0; i < 3; i++)
        {
            var killed = _agent.Start();
            await _agent.ReachAsync(i == 0 ? AssetOutcome.Verified : AssetOutcome.Tampered);
            if (i == 0)
            {
                await File.WriteAllTextAsync(_agent.ModelFile, "Weights");
                await _agent.ReachAsync(AssetOutcome.Tampered);
            }

            killed.Kill();
            _ = await killed.EndAsync();
        }

        var agent = _agent.Start();
        await _agent.ReachAsync(AssetOutcome.Tampered);
        await _scene.ExpectAsync(0, "agent", "accept", "m");
        await _agent.ReachAsync(AssetOutcome.Verified);
        agent.Terminate();
        var ended = await agent.EndAsync();
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.EndsWith("stopped\n", ended.Error, StringComparison.Ordinal);

        await _scene.ExpectAsync(0, "ledger", "verify");
        using var ledger = LedgerReader.Open(Path.Combine(_scene.Home, "ledger"));
        var types = new List<string?>();
        await foreach (var entry in ledger.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            types.Add(entry.EventType);
        }

        // Where the acceptance overtook the first registration on its way into the ledger, it alone stands there.
        Assert.Single(types, "tamper_detected");
        Assert.InRange(types.Count(type => type == "asset_registered"), 1, 2);
    }
}
