using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Agent;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Agent;

public sealed class AgentPolicyTests
{
    private const string Whole = """
        {"tenant_id": "acme", "agent_id": "host-1", "checkpoint_every": 900, "assets": [
          {"asset_id": "models/fraud v2", "type": "mlflow_model", "path": "deployed/m", "interval": 30, "max_age": 45, "missing_after": 2},
          {"asset_id": "é/😀", "type": "file", "uri": "file:///srv/a%20b/model.onnx", "interval": 3600}]}
        """;

    [Fact]
    public void A_policy_with_all_its_members_is_read()
    {
        var policy = Parse(Whole);
        Assert.Equal(("acme", "host-1", TimeSpan.FromMinutes(15)), (policy.TenantId, policy.AgentId, policy.CheckpointEvery));
        Assert.Equal(
            new WatchedAsset(
                "models/fraud v2",
                0,
                AssetKind.MlflowModel,
                "/etc/hallmark/deployed/m",
                TimeSpan.FromSeconds(30),
                TimeSpan.FromSeconds(45),
                2
            ),
            policy.Assets[0]
        );
        Assert.Equal(
            new WatchedAsset("é/😀", 1, AssetKind.File, "/srv/a b/model.onnx", TimeSpan.FromHours(1), TimeSpan.FromHours(2), 3),
            policy.Find("é/😀")
        );
        Assert.Equal("file:///srv/a%20b/model.onnx", policy.Assets[1].Location);
    }

    [Fact]
    public void The_hash_is_that_of_the_canonical_form_so_that_spelling_changes_nothing_and_meaning_does()
    {
        var spaced = Whole
            .Replace("\"agent_id\"", "\"agent\\u005fid\"", StringComparison.Ordinal)
            .Replace("\n", " \n\t", StringComparison.Ordinal);
        Assert.Equal(Parse(Whole).Hash, Parse(spaced).Hash);
        Assert.NotEqual(Parse(Whole).Hash, Parse(Whole.Replace("45", "46", StringComparison.Ordinal)).Hash);
    }

    [Fact]
    public void The_policy_on_the_page_is_one()
    {
        var page = File.ReadAllText(Path.Combine(ProjectFiles.Root, "docs", "inference.md"));
        var section = page[page.IndexOf("## Agent", StringComparison.Ordinal)..];
        var start = section.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        var policy = Parse(section[start..section.IndexOf("```", start, StringComparison.Ordinal)]);
        Assert.Equal(["credit-scorer", "fraud/v2"], policy.Assets.Select(asset => asset.AssetId));
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_its_place()
    {
        var refusal = Assert.Throws<AgentPolicyException>(() =>
            Parse(
                """
                {"tenant_id": "a b", "agentid": "x", "checkpoint_every": 0, "assets": [7,
                  {"asset_id": "m", "type": "directory", "path": "p", "interval": "60"},
                  {"asset_id": "m", "type": "file", "path": "p", "uri": "file:///p", "interval": 60, "max_age": 59, "hash": ""},
                  {"asset_id": "", "type": "file", "uri": "https://example.org/m", "missing_after": 0}]}
                """
            )
        );
        Assert.Equal(
            [
                "agent_id: missing",
                "agentid: not a member of a policy; known here: tenant_id, agent_id, checkpoint_every, assets",
                "assets[0]: must be an object",
                "assets[1].interval: must be a whole number from 1 to 86400",
                "assets[1].type: \"directory\" is none of file, folder, mlflow_model",
                "assets[2].asset_id: \"m\" is taken by another asset",
                "assets[2].hash: not a member of a policy; known here: asset_id, type, path, uri, interval, max_age, missing_after",
                "assets[2].max_age: is below the interval: every answer would be stale before the next look",
                "assets[2].uri: stands beside \"path\"; give one of them",
                "assets[3].asset_id: must be a text of 1 to 256 characters without control characters",
                "assets[3].interval: missing",
                "assets[3].missing_after: must be a whole number from 1 to 1000",
                "assets[3].uri: must be a file: URI of this machine, such as file:///srv/models/m",
                "checkpoint_every: must be a whole number from 1 to 86400",
                "tenant_id: must be of the letters A-Z, a-z, digits and _ . : -",
            ],
            refusal.Faults.Order(StringComparer.Ordinal)
        );
        Assert.Equal(2, refusal.ExitCode);
        Assert.All(refusal.Faults, fault => Assert.Contains(fault, refusal.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"tenant_id\":\"a\",\"tenant_id\":\"b\"}", "not JSON")]
    [InlineData("{\"tenant_id\":\"a\",\"agent_id\":\"b\"}", "assets: missing")]
    [InlineData("{\"tenant_id\":\"a\",\"agent_id\":\"b\",\"assets\":{}}", "assets: must be a list")]
    [InlineData("{\"tenant_id\":\"a\",\"agent_id\":\"b\",\"assets\":[]}", "assets: names nothing to watch")]
    [InlineData("{\"tenant_id\":null,\"agent_id\":\"b\",\"assets\":[]}", "tenant_id: must be a text")]
    [InlineData(
        "{\"tenant_id\":\"a\",\"agent_id\":\"b\",\"assets\":[{\"asset_id\":\"m\\n\",\"type\":\"file\",\"path\":\"p\",\"interval\":1}]}",
        "asset_id: must be a text"
    )]
    [InlineData(
        "{\"tenant_id\":\"a\",\"agent_id\":\"b\",\"assets\":[{\"asset_id\":\"m\",\"type\":\"file\",\"path\":\"p\",\"interval\":1.5}]}",
        "interval: must be"
    )]
    [InlineData(
        "{\"tenant_id\":\"a\",\"agent_id\":\"b\",\"assets\":[{\"asset_id\":\"m\",\"type\":\"file\",\"path\":\"p\",\"interval\":0}]}",
        "interval: must be"
    )]
    [InlineData(
        "{\"tenant_id\":\"a\",\"agent_id\":\"b\",\"assets\":[{\"asset_id\":\"m\",\"type\":\"file\",\"interval\":1}]}",
        "path: missing"
    )]
    [InlineData(
        "{\"tenant_id\":\"a\",\"agent_id\":\"b\",\"assets\":[{\"asset_id\":\"m\",\"type\":\"file\",\"uri\":\"file://host/share\",\"interval\":1}]}",
        "uri: must be"
    )]
    public void What_is_no_policy_is_refused_with_its_place(string content, string fault) =>
        Assert.Contains(fault, Assert.Throws<AgentPolicyException>(() => Parse(content)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_policy_of_too_many_assets_or_bytes_is_refused()
    {
        var assets = string.Join(',', Enumerable.Range(0, AgentPolicyReader.MaxAssets + 1).Select(i => "{\"asset_id\":\"" + i + "\"}"));
        Assert.Contains(
            "assets: at most 4096",
            Assert
                .Throws<AgentPolicyException>(() => Parse("{\"tenant_id\":\"a\",\"agent_id\":\"b\",\"assets\":[" + assets + "]}"))
                .Message,
            StringComparison.Ordinal
        );
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("agent.json"), new string(' ', (4 << 20) + 1));
        Assert.Throws<AgentPolicyException>(() => AgentPolicyReader.Read(folder.File("agent.json")));
        Assert.Contains(
            "no policy file",
            Assert.Throws<BadInputException>(() => AgentPolicyReader.Read(folder.File("none"))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Each_new_policy_is_an_event_with_what_it_adds_changes_and_leaves_out_and_the_same_policy_is_none()
    {
        await using var scene = new AgentScene();
        var second = scene.Policy(policy =>
        {
            policy["assets"]!.AsArray()[0]!["interval"] = 90;
            policy["assets"]!.AsArray().Add(AgentScene.Asset("n", "file", "models/m/model.bin"));
        });
        var third = scene.Policy(policy => policy["assets"] = new JsonArray(AgentScene.Asset("n", "file", "models/m/model.bin")));
        foreach (var policy in new[] { scene.Policy(), scene.Policy(), second, third, scene.Policy() })
        {
            await scene.StartAsync(policy);
            await scene.LookAsync(policy.Assets[0].AssetId);
        }

        var events = await scene.EventsAsync(AgentEvents.PolicyChanged);
        Assert.Equal(
            ["1/0/0", "1/1/0", "0/0/1", "1/0/1"],
            events
                .Select(one => one["payload"]!["diff_summary"]!)
                .Select(d => $"{d["added_assets"]}/{d["modified_assets"]}/{d["removed_assets"]}")
        );
        Assert.Equal(
            ["GENESIS", scene.Policy().Hash, second.Hash, third.Hash],
            events.Select(one => (string)one["payload"]!["previous_policy_hash"]!)
        );
        Assert.Equal(scene.Policy().Hash, (string)events[^1]["payload"]!["new_policy_hash"]!);
    }

    [Fact]
    public async Task An_asset_that_the_policy_points_elsewhere_keeps_its_baseline()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        await File.WriteAllTextAsync(scene.Folder.File("models/other.bin"), "other weights");
        await scene.StartAsync(scene.Policy(policy => policy["assets"]!.AsArray()[0]!["path"] = "models/other.bin"));
        Assert.Equal(Hallmark.Inference.Status.AssetOutcome.Tampered, (await scene.LookAsync()).Outcome);
    }

    private static AgentPolicy Parse(string content) =>
        AgentPolicyReader.Parse(Encoding.UTF8.GetBytes(content), "/etc/hallmark/agent.json");
}
