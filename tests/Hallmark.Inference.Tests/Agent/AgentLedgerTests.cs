using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Inference.Agent;
using Hallmark.Inference.Status;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>The ledger is another's for hours, is gone, is another one, or lies: what the agent then keeps, and what it refuses to believe.</summary>
public sealed class AgentLedgerTests
{
    [Fact]
    public async Task While_another_process_writes_the_ledger_looks_go_on_and_nothing_seen_is_lost_even_over_a_sudden_end()
    {
        await using var scene = new AgentScene();
        scene.Ledger.IsBusy = true;
        await scene.StartAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => scene.LookAsync());
        Assert.True(scene.FindStatus().IsGood);
        await File.WriteAllTextAsync(scene.ModelFile, "changed while nobody could write it down");
        await Assert.ThrowsAsync<UnavailableException>(() => scene.LookAsync());
        Assert.Equal(AssetOutcome.Tampered, scene.FindStatus().Outcome);

        // The file is put right again, and the agent dies: the ledger has not heard a word of it yet.
        await File.WriteAllTextAsync(scene.ModelFile, "weights of the model");
        await scene.StartAsync();
        Assert.Empty(await scene.Ledger.EntriesAsync());
        scene.Ledger.IsBusy = false;
        Assert.True((await scene.LookAsync()).IsGood);

        Assert.Equal(
            [AgentEvents.PolicyChanged, AgentEvents.AssetRegistered, AgentEvents.TamperDetected],
            (await scene.Ledger.EntriesAsync()).Select(entry => entry.EventType)
        );
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(scene.StateFolder, "pending")));
    }

    [Fact]
    public async Task A_process_that_died_between_append_and_removal_appends_nothing_twice()
    {
        await using var scene = new AgentScene();
        scene.Ledger.IsBusy = true;
        await scene.StartAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => scene.LookAsync());
        await scene.StopAsync();
        var pending = Path.Combine(scene.StateFolder, "pending");
        var kept = scene.Folder.CopyOf(pending, "kept");
        scene.Ledger.IsBusy = false;
        await scene.StartAsync();
        await scene.LookAsync();
        await scene.StopAsync();
        var count = (await scene.Ledger.EntriesAsync()).Count;
        foreach (var file in Directory.EnumerateFiles(kept))
        {
            File.Copy(file, Path.Combine(pending, Path.GetFileName(file)));
        }

        await scene.StartAsync();
        Assert.True((await scene.LookAsync()).IsGood);
        Assert.Equal(count, (await scene.Ledger.EntriesAsync()).Count);
    }

    [Fact]
    public async Task A_registration_that_waited_gives_way_to_what_somebody_accepted_meanwhile()
    {
        await using var scene = new AgentScene();
        scene.Ledger.IsBusy = true;
        await scene.StartAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => scene.LookAsync());
        scene.Ledger.IsBusy = false;
        await File.WriteAllTextAsync(scene.ModelFile, "accepted");
        await scene.AcceptAsync();
        Assert.True((await scene.LookAsync()).IsGood);
        Assert.Single(await scene.EventsAsync(AgentEvents.AssetRegistered));
    }

    [Fact]
    public async Task A_ledger_that_went_away_makes_no_changed_asset_look_new()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        Directory.Delete(scene.Ledger.Folder, recursive: true);
        await File.WriteAllTextAsync(scene.ModelFile, "swapped");
        var status = await scene.LookAsync();
        Assert.Equal(AssetOutcome.Unknown, status.Outcome);
        Assert.Contains(scene.Told, sentence => sentence.Contains("was registered before", StringComparison.Ordinal));
        Assert.Empty(await scene.EventsAsync(AgentEvents.AssetRegistered));
    }

    [Fact]
    public async Task A_state_folder_that_went_away_makes_no_changed_asset_look_new()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        await scene.StopAsync();
        Directory.Delete(scene.StateFolder, recursive: true);
        await File.WriteAllTextAsync(scene.ModelFile, "swapped");
        await scene.StartAsync();
        Assert.Equal(AssetOutcome.Tampered, (await scene.LookAsync()).Outcome);
    }

    [Fact]
    public async Task A_registration_signed_by_a_stranger_is_no_baseline()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        await File.WriteAllTextAsync(scene.ModelFile, "swapped");
        using var strangers = Ed25519PrivateKey.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes("stranger")));
        var forged = new TestAgentLedger(scene.Ledger.Folder, scene.Clock) { Key = strangers };
        await AssetAcceptance.AcceptAsync(
            scene.Policy(),
            "m",
            forged,
            new Hallmark.Core.Events.RandomEventIds(),
            scene.Clock,
            CancellationToken.None
        );
        Assert.Equal(AssetOutcome.Unknown, (await scene.LookAsync()).Outcome);
        Assert.Contains(scene.Told, sentence => sentence.Contains("not signed by this home", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_agents_registration_of_an_asset_of_that_name_is_not_this_ones()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(scene.Policy(members => members["agent_id"] = "host-2"));
        await scene.LookAsync();
        await File.WriteAllTextAsync(scene.ModelFile, "host 1 has another model");
        await scene.StopAsync();
        Directory.Delete(scene.StateFolder, recursive: true);
        await scene.StartAsync();
        Assert.True((await scene.LookAsync()).IsGood);
        Assert.Equal(2, (await scene.EventsAsync(AgentEvents.AssetRegistered)).Count);
    }

    [Fact]
    public async Task Two_agents_do_not_work_in_one_state_folder()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        var refusal = Assert.Throws<UnavailableException>(() => AgentFolder.Open(scene.StateFolder));
        Assert.Contains("another agent", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0000000000000000009.json", "{")]
    [InlineData("0000000000000000009.json", "{\"event_id\":\"x\",\"event_type\":\"other\",\"subject_key\":\"k\",\"payload\":{}}")]
    [InlineData("0000000000000000009.json", "{\"event_id\":\"x\",\"event_type\":\"asset_missing\",\"subject_key\":\"k\",\"payload\":[]}")]
    [InlineData("name.json", "{}")]
    public async Task What_is_no_event_in_the_state_folder_is_refused_by_name(string file, string content)
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(scene.StateFolder, "pending", file), content);
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => scene.StartAsync());
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }
}
