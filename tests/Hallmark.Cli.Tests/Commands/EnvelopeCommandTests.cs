using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>verify envelope</c>: files of ours and of other tools (testdata/ario), good and tampered.</summary>
public sealed class EnvelopeCommandTests
{
    [Fact]
    public async Task Our_own_proof_verifies_away_from_store_and_ledger_with_its_record_and_without()
    {
        using var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        var proof = Path.Combine(scene.RunFolder(), "artifacts/ario/proof.json");
        var record = Path.Combine(scene.RunFolder(), "artifacts/ario/payload.json");
        using var elsewhere = new CommandScene();
        await elsewhere.ExpectAsync(0, "verify", "envelope", proof, "--record", record);
        await elsewhere.ExpectAsync(0, "verify", "envelope", proof);
        await scene.ExpectAsync(0, "verify", "envelope", proof, "--record", record);
        Assert.False(Directory.Exists(elsewhere.Home));

        await File.AppendAllTextAsync(record, " ");
        await elsewhere.ExpectAsync(1, "verify", "envelope", proof, "--record", record);
        var changed = JsonNode.Parse(await File.ReadAllTextAsync(proof))!;
        changed["event_id"] = "00000000-0000-4000-8000-000000000000";
        await File.WriteAllTextAsync(proof, changed.ToJsonString());
        await elsewhere.ExpectAsync(1, "verify", "envelope", proof);
    }

    [Fact]
    public async Task Every_published_envelope_of_other_tools_ends_in_a_verdict_and_no_refused_one_is_good()
    {
        using var scene = new CommandScene();
        var cases = JsonNode.Parse(
            await File.ReadAllTextAsync(ProjectFiles.TestData("ario/envelope-verify.json")),
            documentOptions: new JsonDocumentOptions { MaxDepth = 1000 }
        )!["cases"]!.AsArray();
        var (good, bad) = (0, 0);
        foreach (var vector in cases)
        {
            var envelope = scene.Folder.File("envelope.json");
            await File.WriteAllTextAsync(
                envelope,
                vector!["envelope"]?.ToJsonString(new JsonSerializerOptions { MaxDepth = 1000 }) ?? "null"
            );
            string[] command = ["verify", "envelope", envelope];
            if (RecordOf(vector) is { } record)
            {
                await File.WriteAllBytesAsync(scene.Folder.File("record.json"), record);
                command = [.. command, "--record", scene.Folder.File("record.json")];
            }

            var ended = await scene.RunAsync(command);
            Assert.True(ended.Code is 0 or 1 or 2, $"{vector["id"]}: {ended}");
            Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
            var isGood = IsGood(vector, "kernel") || IsGood(vector, "kernel_allow_legacy");
            Assert.True(isGood || ended.Code != 0, $"{vector["id"]} was refused by the kernel, and is good here: {ended}");
            good += ended.Code == 0 ? 1 : 0;
            bad += ended.Code == 0 ? 0 : 1;
        }

        Assert.True(good > 30 && bad > 100, $"{good} good, {bad} bad");
    }

    [Fact]
    public async Task An_agents_checkpoint_verifies_and_a_changed_payload_inside_it_does_not()
    {
        using var scene = new CommandScene();
        var cases = JsonNode.Parse(await File.ReadAllTextAsync(ProjectFiles.TestData("ario/agent-proofs.json")))!["cases"]!.AsArray();
        var envelope = cases.First(vector => (string?)vector!["id"] == "ok-0")!["bundle"]!["checkpoint_envelope"]!.AsObject();
        await File.WriteAllTextAsync(scene.Folder.File("agent.json"), envelope.ToJsonString());
        await scene.ExpectAsync(0, "verify", "envelope", scene.Folder.File("agent.json"));

        envelope["payload"]!["leaf_count"] = 7;
        await File.WriteAllTextAsync(scene.Folder.File("agent.json"), envelope.ToJsonString());
        await scene.ExpectAsync(1, "verify", "envelope", scene.Folder.File("agent.json"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":1e999}")]
    public async Task What_is_no_json_object_is_bad_input(string content)
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("envelope.json"), content);
        await scene.RefuseAsync(2, "verify", "envelope", scene.Folder.File("envelope.json"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"spec_version\":\"ario.mlflow/v1\"}")]
    [InlineData("{\"spec_version\":1,\"signature\":[],\"public_key\":{},\"payload_hash\":null,\"event_id\":7}")]
    [InlineData("{\"spec_version\":\"hallmark/v999\",\"event_id\":\"\\u001b[2J\"}")]
    public async Task An_object_that_is_no_envelope_fails_every_time(string content)
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("envelope.json"), content);
        var ended = await scene.ExpectAsync(1, "verify", "envelope", scene.Folder.File("envelope.json"));
        Assert.Contains("FAILED", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', ended.Out);
    }

    [Fact]
    public async Task A_folder_is_no_envelope()
    {
        using var scene = new CommandScene();
        await scene.RefuseAsync(2, "verify", "envelope", scene.Folder.Path);
    }

    private static bool IsGood(JsonNode vector, string verifier) => (bool?)vector["expect"]![verifier]?["ok"] ?? false;

    private static byte[]? RecordOf(JsonNode vector) =>
        (string?)vector["payload_hex"] is { } hex ? Convert.FromHexString(hex)
        : (string?)vector["payload_utf8"] is { } text ? System.Text.Encoding.UTF8.GetBytes(text)
        : null;
}
