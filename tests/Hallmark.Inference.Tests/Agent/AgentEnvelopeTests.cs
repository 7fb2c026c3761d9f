using System.Diagnostics;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>The agent's envelopes as others see them.</summary>
public sealed class AgentEnvelopeTests
{
    [PeerFact("node")]
    public async Task Every_event_of_an_agent_verifies_here_and_by_a_script_that_shares_no_code_with_us()
    {
        await using var scene = new AgentScene();
        foreach (var entry in await LifeAsync(scene))
        {
            var verified = EnvelopeVerifier.Verify(entry.Envelope.Span);
            Assert.True(verified is { IsOk: true, PayloadHashOk: true, SignatureOk: true }, entry.EventType);
            var file = scene.Folder.File($"envelopes/{entry.Index}.json");
            await File.WriteAllBytesAsync(file, entry.Envelope.ToArray());
            Assert.Equal(0, await VerifyByScriptAsync(file));

            var text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(file, text.Replace("\"policy", "\"Policy", StringComparison.Ordinal));
            Assert.Equal(1, await VerifyByScriptAsync(file));
        }
    }

    [Fact]
    public async Task Each_type_is_a_chain_of_its_own_that_begins_with_genesis()
    {
        await using var scene = new AgentScene();
        var entries = await LifeAsync(scene);
        Assert.Equal(
            [.. AgentEvents.All.Where(type => type != AgentEvents.KeyRetired).Order()],
            entries.Select(entry => entry.EventType!).Distinct().Order()
        );
        foreach (var type in entries.GroupBy(entry => entry.EventType))
        {
            var head = EnvelopeDrafts.Genesis;
            foreach (var envelope in await scene.EventsAsync(type.Key!))
            {
                Assert.Equal(head, (string)envelope["previous_hash"]!);
                head = (string)envelope["payload_hash"]!;
            }
        }
    }

    private static async Task<IReadOnlyList<LoggedEntry>> LifeAsync(AgentScene scene)
    {
        await scene.StartAsync(scene.Policy(policy => policy["checkpoint_every"] = 60));
        await scene.LookAsync();
        await File.WriteAllTextAsync(scene.ModelFile, "changed");
        await scene.LookAsync();
        await scene.AcceptAsync();
        File.Delete(scene.ModelFile);
        for (var i = 0; i < 4; i++)
        {
            await scene.LookAsync();
        }

        return await scene.Ledger.EntriesAsync();
    }

    private static async Task<int> VerifyByScriptAsync(string file)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(ProjectFiles.Root, "tools", "verify-envelope.mjs"), file])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var script = Process.Start(start)!;
        _ = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return script.ExitCode;
    }
}
