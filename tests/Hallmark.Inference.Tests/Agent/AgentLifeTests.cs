using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Status;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>An asset's life as the agent sees it: registered once, watched, changed, gone, back, accepted anew.</summary>
public sealed class AgentLifeTests
{
    [Fact]
    public async Task The_first_look_registers_an_asset_and_no_later_start_registers_it_again()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        Assert.True((await scene.LookAsync()).IsGood);
        for (var i = 0; i < 3; i++)
        {
            await scene.StartAsync();
            Assert.True((await scene.LookAsync()).IsGood);
        }

        var registered = Assert.Single(await scene.EventsAsync(AgentEvents.AssetRegistered));
        var payload = registered["payload"]!.AsObject();
        Assert.Equal(HashOf("weights of the model"), (string)payload["hash"]!);
        Assert.Equal(20, (int)payload["size_bytes"]!);
        Assert.Equal(
            "{\"asset_id\":\"m\",\"policy_asset_index\":0,\"type\":\"file\",\"uri\":\"" + new Uri(scene.ModelFile).AbsoluteUri + "\"}",
            payload["asset"]!.ToJsonString()
        );
        Assert.Equal(scene.Policy().Hash, (string)payload["policy_hash"]!);
        Assert.Equal("2026-11-21T12:01:00.000Z", (string)payload["discovered_at"]!);
        Assert.Equal("GENESIS", (string)registered["previous_hash"]!);
        Assert.Equal("{\"agent_id\":\"host-1\",\"tenant_id\":\"acme\",\"type\":\"agent\"}", registered["subject"]!.ToJsonString());
    }

    [Fact]
    public async Task Before_the_first_look_nothing_is_known_and_the_answer_is_stale()
    {
        await using var scene = new AgentScene();
        var agent = await scene.StartAsync();
        var status = agent.FindStatus("m")!;
        Assert.Equal(AssetOutcome.Unknown, status.Outcome);
        Assert.True(status.IsStale);
        Assert.Null(status.LastVerifiedAt);
        Assert.Null(agent.FindStatus("other"));
    }

    [Fact]
    public async Task A_changed_byte_is_tampering_told_once_whatever_number_of_looks_and_starts()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        await File.WriteAllTextAsync(scene.ModelFile, "weights of the modeL");
        Assert.Equal(AssetOutcome.Tampered, (await scene.LookAsync()).Outcome);
        Assert.Equal(AssetOutcome.Tampered, (await scene.LookAsync()).Outcome);
        await scene.StartAsync();
        Assert.Equal(AssetOutcome.Tampered, (await scene.LookAsync()).Outcome);

        var payload = Assert.Single(await scene.EventsAsync(AgentEvents.TamperDetected))["payload"]!;
        Assert.Equal(HashOf("weights of the model"), (string)payload["baseline"]!["hash"]!);
        Assert.Equal("2026-11-21T12:01:00.000Z", (string)payload["baseline"]!["registered_at"]!);
        Assert.Equal(HashOf("weights of the modeL"), (string)payload["observed"]!["hash"]!);
        Assert.Equal("2026-11-21T12:02:00.000Z", (string)payload["observed"]!["detected_at"]!);
        Assert.Single(await scene.EventsAsync(AgentEvents.AssetRegistered));
    }

    [Fact]
    public async Task Another_change_is_another_event_and_so_is_the_same_change_after_it_was_put_right()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        foreach (var content in new[] { "one", "two", "weights of the model", "two" })
        {
            await File.WriteAllTextAsync(scene.ModelFile, content);
            await scene.LookAsync();
        }

        var events = await scene.EventsAsync(AgentEvents.TamperDetected);
        Assert.Equal([HashOf("one"), HashOf("two"), HashOf("two")], events.Select(one => (string)one["payload"]!["observed"]!["hash"]!));
        Assert.Equal(
            ["GENESIS", (string)events[0]["payload_hash"]!, (string)events[1]["payload_hash"]!],
            events.Select(one => (string)one["previous_hash"]!)
        );
    }

    [Fact]
    public async Task What_was_changed_while_no_agent_ran_is_tampering_and_never_a_new_baseline()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        await scene.StopAsync();
        await File.WriteAllTextAsync(scene.ModelFile, "swapped at night");
        await scene.StartAsync();
        Assert.Equal(AssetOutcome.Tampered, (await scene.LookAsync()).Outcome);
        Assert.Single(await scene.EventsAsync(AgentEvents.AssetRegistered));
    }

    [Fact]
    public async Task A_file_that_is_gone_is_unavailable_then_missing_told_once_and_verified_when_it_is_back()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        File.Move(scene.ModelFile, scene.ModelFile + ".away");
        Assert.Equal(AssetOutcome.Unavailable, (await scene.LookAsync()).Outcome);
        Assert.Equal(AssetOutcome.Unavailable, (await scene.LookAsync()).Outcome);
        Assert.Empty(await scene.EventsAsync(AgentEvents.AssetMissing));
        Assert.Equal(AssetOutcome.Missing, (await scene.LookAsync()).Outcome);
        Assert.Equal(AssetOutcome.Missing, (await scene.LookAsync()).Outcome);

        var payload = Assert.Single(await scene.EventsAsync(AgentEvents.AssetMissing))["payload"]!;
        Assert.Equal(3, (int)payload["consecutive_unavailable"]!);
        Assert.Equal(HashOf("weights of the model"), (string)payload["baseline"]!["hash"]!);
        File.Move(scene.ModelFile + ".away", scene.ModelFile);
        Assert.True((await scene.LookAsync()).IsGood);
    }

    [Fact]
    public async Task What_cannot_be_read_is_unavailable_however_often_and_no_event_calls_it_missing()
    {
        await using var scene = new AgentScene();
        var policy = scene.Policy(members => members["assets"] = new JsonArray(AgentScene.Asset("m", "folder", "models/m")));
        await scene.StartAsync(policy);
        Assert.True((await scene.LookAsync()).IsGood);
        File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(scene.ModelFile)!, "out"), "/etc/hostname");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(AssetOutcome.Unavailable, (await scene.LookAsync()).Outcome);
        }

        Assert.Empty(await scene.EventsAsync(AgentEvents.AssetMissing));
        Assert.Contains(scene.Told, sentence => sentence.Contains("unavailable: The symbolic link", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Looks_that_could_not_read_an_asset_do_not_count_towards_its_being_missing()
    {
        await using var scene = new AgentScene();
        var policy = scene.Policy(members => members["assets"] = new JsonArray(AgentScene.Asset("m", "folder", "models/m")));
        await scene.StartAsync(policy);
        await scene.LookAsync();
        var folder = Path.GetDirectoryName(scene.ModelFile)!;
        File.CreateSymbolicLink(Path.Combine(folder, "out"), "/etc/hostname");
        Assert.Equal(AssetOutcome.Unavailable, (await scene.LookAsync()).Outcome);
        Assert.Equal(AssetOutcome.Unavailable, (await scene.LookAsync()).Outcome);
        Directory.Move(folder, folder + ".away");
        Assert.Equal(AssetOutcome.Unavailable, (await scene.LookAsync()).Outcome);
        Assert.Equal(AssetOutcome.Unavailable, (await scene.LookAsync()).Outcome);
        Assert.Empty(await scene.EventsAsync(AgentEvents.AssetMissing));
        Assert.Equal(AssetOutcome.Missing, (await scene.LookAsync()).Outcome);
        Assert.Equal(5, (int)Assert.Single(await scene.EventsAsync(AgentEvents.AssetMissing))["payload"]!["consecutive_unavailable"]!);
    }

    [Fact]
    public async Task Only_an_acceptance_makes_another_baseline_and_then_the_old_content_is_tampering()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        await File.WriteAllTextAsync(scene.ModelFile, "the next version");
        Assert.Equal(AssetOutcome.Tampered, (await scene.LookAsync()).Outcome);

        var accepted = await scene.AcceptAsync();
        Assert.Equal((HashOf("weights of the model"), HashOf("the next version")), (accepted.PreviousHash, accepted.Hash));
        Assert.True((await scene.LookAsync()).IsGood);
        await File.WriteAllTextAsync(scene.ModelFile, "weights of the model");
        Assert.Equal(AssetOutcome.Tampered, (await scene.LookAsync()).Outcome);

        var registered = await scene.EventsAsync(AgentEvents.AssetRegistered);
        Assert.Equal(2, registered.Count);
        Assert.Equal((string)registered[0]["payload_hash"]!, (string)registered[1]["previous_hash"]!);
    }

    [Fact]
    public async Task An_acceptance_of_what_is_registered_already_changes_nothing_and_one_of_nothing_is_refused()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        var accepted = await scene.AcceptAsync();
        Assert.Equal(accepted.PreviousHash, accepted.Hash);
        Assert.Single(await scene.EventsAsync(AgentEvents.AssetRegistered));
        Assert.Contains(
            "names m",
            (await Assert.ThrowsAsync<BadInputException>(() => scene.AcceptAsync("x"))).Hints[0],
            StringComparison.Ordinal
        );
        File.Delete(scene.ModelFile);
        Assert.Equal(3, (await Assert.ThrowsAsync<UnavailableException>(() => scene.AcceptAsync())).ExitCode);
    }

    [Fact]
    public async Task The_registrations_upload_is_named_in_answers_and_in_later_events()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        scene.Ledger.Transaction = "TX";
        Assert.Equal("TX", (await scene.LookAsync()).CurrentTransactionId);
        await File.WriteAllTextAsync(scene.ModelFile, "changed");
        await scene.LookAsync();
        Assert.Equal("TX", (string)(await scene.EventsAsync(AgentEvents.TamperDetected))[0]["payload"]!["baseline"]!["tx_id"]!);
    }

    private static string HashOf(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
