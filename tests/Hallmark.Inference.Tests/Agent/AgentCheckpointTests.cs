using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Inference.Agent;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>Looks under a Merkle root: what a checkpoint says, that each look is provable from it, and that a sudden end loses and doubles none.</summary>
public sealed class AgentCheckpointTests
{
    [Fact]
    public async Task A_checkpoint_covers_every_look_of_its_window_and_each_is_provable_from_it()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(Hourly(scene, 300));
        for (var i = 0; i < 2; i++)
        {
            await scene.LookAsync();
        }

        await File.WriteAllTextAsync(scene.ModelFile, "changed");
        await scene.LookAsync();
        File.Delete(scene.ModelFile);
        for (var i = 0; i < 3; i++)
        {
            await scene.LookAsync();
        }

        var envelope = Assert.Single(await scene.EventsAsync(AgentEvents.VerificationCheckpoint));
        var payload = envelope["payload"]!;
        Assert.Equal(6, (int)payload["leaf_count"]!);
        Assert.Equal("{\"tampered\":1,\"unavailable\":3,\"verified\":2}", payload["outcome_summary"]!.ToJsonString());
        Assert.Equal("RFC9162-binary-sha256", (string)payload["merkle_algorithm"]!);
        Assert.Equal("GENESIS", (string)payload["previous_checkpoint_hash"]!);
        Assert.Equal("2026-11-21T12:01:00.000Z", (string)payload["window"]!["start"]!);
        Assert.Equal("2026-11-21T12:06:00.000Z", (string)payload["window"]!["end"]!);

        var manifest = payload["leaf_manifest"]!;
        var bytes = await File.ReadAllBytesAsync(Path.Combine(scene.StateFolder, (string)manifest["uri"]!));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (string)manifest["hash"]!);
        Assert.Equal(bytes.Length, (int)manifest["size_bytes"]!);
        var lines = System.Text.Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split('\n');
        var tree = new MerkleTree();
        foreach (var line in lines)
        {
            tree.AppendEntry(System.Text.Encoding.UTF8.GetBytes(line));
        }

        Assert.Equal(tree.Root.Hex, (string)payload["merkle_root"]!);
        for (var i = 0; i < lines.Length; i++)
        {
            var bundle = InclusionBundle.Compose(
                CanonicalJson.Canonicalize(envelope),
                "TX",
                System.Text.Encoding.UTF8.GetBytes(lines[i]),
                tree.ProveInclusion((ulong)i)
            );
            Assert.True(InclusionBundle.Verify(bundle).IsOk);
        }

        var leaf = JsonNode.Parse(lines[2])!;
        Assert.Equal("ario.agent.leaf/v1", (string)leaf["schema"]!);
        Assert.Equal("tampered", (string)leaf["outcome"]!);
        Assert.NotEqual((string)leaf["expected_hash"]!, (string)leaf["observed_hash"]!);
        Assert.Null(JsonNode.Parse(lines[3])!["observed_hash"]);
    }

    [Fact]
    public async Task Checkpoints_are_a_chain_and_a_window_without_looks_makes_none()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(Hourly(scene, 1));
        for (var i = 0; i < 7; i++)
        {
            await scene.LookAsync();
        }

        var checkpoints = await scene.EventsAsync(AgentEvents.VerificationCheckpoint);
        Assert.True(checkpoints.Count >= 3);
        Assert.All(
            checkpoints.Zip(checkpoints.Skip(1)),
            pair => Assert.Equal((string)pair.First["payload_hash"]!, (string)pair.Second["payload"]!["previous_checkpoint_hash"]!)
        );
        Assert.All(checkpoints, one => Assert.Equal((string)one["previous_hash"]!, (string)one["payload"]!["previous_checkpoint_hash"]!));
        Assert.All(checkpoints, one => Assert.True((int)one["payload"]!["leaf_count"]! > 0));
    }

    [Fact]
    public async Task Looks_of_before_a_sudden_end_are_in_the_next_checkpoint_without_half_a_line()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(Hourly(scene, 600));
        await scene.LookAsync();
        await scene.LookAsync();
        await scene.StopAsync();
        await File.AppendAllTextAsync(OpenFile(scene), "{\"schema\":\"ario.agent.leaf/v1\",\"outc");
        await scene.StartAsync(Hourly(scene, 600));
        scene.Clock.Advance(TimeSpan.FromMinutes(20));
        await scene.LookAsync();
        var payload = Assert.Single(await scene.EventsAsync(AgentEvents.VerificationCheckpoint))["payload"]!;
        Assert.Equal(3, (int)payload["leaf_count"]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_in_the_middle_of_closing_makes_one_checkpoint_neither_none_nor_two(bool wasTold)
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(Hourly(scene, 600));
        await scene.LookAsync();
        await scene.LookAsync();
        var open = await File.ReadAllBytesAsync(OpenFile(scene));
        if (wasTold)
        {
            scene.Clock.Advance(TimeSpan.FromMinutes(20));
            await scene.LookAsync();
            open = await File.ReadAllBytesAsync(Directory.EnumerateFiles(Path.GetDirectoryName(OpenFile(scene))!, "*.jsonl").Single());
        }

        // Both ways the manifest is written; only in one of them the event had been.
        await scene.StopAsync();
        await File.WriteAllBytesAsync(OpenFile(scene), open);
        await File.WriteAllBytesAsync(Path.Combine(Path.GetDirectoryName(OpenFile(scene))!, RootOf(open) + ".jsonl"), open);
        await scene.StartAsync(Hourly(scene, 600));
        await scene.LookAsync();
        var payload = Assert.Single(await scene.EventsAsync(AgentEvents.VerificationCheckpoint))["payload"]!;
        Assert.Equal(RootOf(open), (string)payload["merkle_root"]!);
    }

    [Fact]
    public async Task Damaged_leaves_are_named_and_not_signed()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(Hourly(scene, 600));
        await scene.LookAsync();
        await scene.StopAsync();
        await File.WriteAllTextAsync(OpenFile(scene), "{}\nno leaf\n");
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() => scene.StartAsync());
        Assert.Contains("open.jsonl is damaged", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16_382, 0)]
    [InlineData(16_383, 1)]
    public async Task A_window_of_16_384_looks_is_closed_before_its_time(int before, int checkpoints)
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(Hourly(scene, 86_400));
        await scene.LookAsync();
        await scene.StopAsync();
        var look = await File.ReadAllTextAsync(OpenFile(scene));
        await File.WriteAllTextAsync(OpenFile(scene), string.Concat(Enumerable.Repeat(look, before)));
        await scene.StartAsync(Hourly(scene, 86_400));
        await scene.LookAsync();
        var events = await scene.EventsAsync(AgentEvents.VerificationCheckpoint);
        Assert.Equal(checkpoints, events.Count);
        Assert.All(events, one => Assert.Equal(before + 1, (int)one["payload"]!["leaf_count"]!));
        Assert.Equal(checkpoints == 0, File.Exists(OpenFile(scene)));
    }

    [Fact]
    public async Task A_file_of_leaves_beyond_every_bound_is_damage_and_is_not_read()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(Hourly(scene, 600));
        await scene.LookAsync();
        await scene.StopAsync();
        using (var file = new FileStream(OpenFile(scene), FileMode.Open))
        {
            file.SetLength((256L << 20) + 1);
        }

        var refusal = await Assert.ThrowsAsync<UnavailableException>(() => scene.StartAsync());
        Assert.Equal($"{OpenFile(scene)} is damaged", refusal.Message);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_keeps_no_window_open_for_ever()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync(Hourly(scene, 600));
        await scene.LookAsync();
        scene.Clock.SetWall(TimeSpan.FromDays(-1));
        await scene.LookAsync();
        Assert.Single(await scene.EventsAsync(AgentEvents.VerificationCheckpoint));
    }

    private static AgentPolicy Hourly(AgentScene scene, int seconds) => scene.Policy(policy => policy["checkpoint_every"] = seconds);

    private static string OpenFile(AgentScene scene) => Path.Combine(scene.StateFolder, "leaves", "open.jsonl");

    private static string RootOf(byte[] content)
    {
        var tree = new MerkleTree();
        foreach (var line in System.Text.Encoding.UTF8.GetString(content).TrimEnd('\n').Split('\n'))
        {
            tree.AppendEntry(System.Text.Encoding.UTF8.GetBytes(line));
        }

        return tree.Root.Hex;
    }
}
