using System.Diagnostics;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>evidence export</c>, <c>verify bundle</c> and <c>verify receipt</c>: made here, verified where nothing of it was ever seen.</summary>
public sealed class EvidenceCommandTests(AnchoredHome shared) : IClassFixture<AnchoredHome>
{
    private static int _files;

    [Fact]
    public async Task A_run_exported_here_verifies_in_an_empty_home_that_sees_no_store()
    {
        var file = await ExportAsync(CommandScene.TunedRun);
        using var elsewhere = new CommandScene();

        var ended = await elsewhere.ExpectAsync(0, "verify", "bundle", file);

        Assert.StartsWith($"run:{CommandScene.TunedRun}  VERIFIED", ended.Out, StringComparison.Ordinal);
        Assert.Contains("nobody here vouches", ended.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(elsewhere.Home));
    }

    [Fact]
    public async Task The_signer_that_the_reader_knows_decides()
    {
        var file = await ExportAsync(CommandScene.TunedRun);
        var key = JsonNode.Parse((await shared.Scene.ExpectAsync(0, "key", "show", "--json")).Out)!["public_key"]!.GetValue<string>();
        using var elsewhere = new CommandScene();

        Assert.Contains(
            "by keys that may",
            (await elsewhere.ExpectAsync(0, "verify", "bundle", file, "--signer", key)).Out,
            StringComparison.Ordinal
        );
        await elsewhere.ExpectAsync(
            1,
            "verify",
            "bundle",
            file,
            "--signer",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );

        var trust = elsewhere.Folder.File("trust.json");
        await File.WriteAllTextAsync(
            trust,
            new JsonObject { ["trusted_keys"] = new JsonArray(new JsonObject { ["name"] = "bank", ["public_key"] = key }) }.ToJsonString()
        );
        await elsewhere.ExpectAsync(0, "verify", "bundle", file, "--trust", trust);
        await File.WriteAllTextAsync(
            trust,
            (await File.ReadAllTextAsync(trust)).Replace(
                key,
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                StringComparison.Ordinal
            )
        );
        await elsewhere.ExpectAsync(1, "verify", "bundle", file, "--trust", trust);
        await File.WriteAllTextAsync(trust, "{\"trusted\":[]}");
        await elsewhere.ExpectAsync(2, "verify", "bundle", file, "--trust", trust);
    }

    [Fact]
    public async Task A_changed_record_is_named_and_ends_in_1()
    {
        var file = await ExportAsync(CommandScene.TunedRun);
        var bundle = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        bundle["body"]!["entries"]![0]!["record"] = Convert.ToBase64String("{}"u8);
        await File.WriteAllTextAsync(file, bundle.ToJsonString());
        using var elsewhere = new CommandScene();

        var ended = await elsewhere.ExpectAsync(1, "verify", "bundle", file);

        Assert.Contains("✘ wrapper", ended.Out, StringComparison.Ordinal);
        Assert.Contains("✘ record             entry 0", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_hashes_leaves_out_what_was_recorded()
    {
        var file = await ExportAsync(CommandScene.TunedRun, "--only-hashes");
        using var elsewhere = new CommandScene();

        Assert.DoesNotContain("\"record\":", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Contains("withheld", (await elsewhere.ExpectAsync(0, "verify", "bundle", file)).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2 of (arweave, ots, tsa)", 1)]
    [InlineData("arweave or", 2)]
    public async Task A_policy_that_nothing_meets_fails_and_one_that_is_none_is_refused(string policy, int code)
    {
        var file = await ExportAsync(CommandScene.TunedRun);
        using var elsewhere = new CommandScene();

        var ended = await elsewhere.ExpectAsync(code, "verify", "bundle", file, "--require", policy);

        Assert.Contains(code == 1 ? "witness policy" : "hint:           ^", ended.Out + ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verdict_with_the_live_store_travels_along()
    {
        var bundle = JsonNode.Parse(await File.ReadAllTextAsync(await ExportAsync(CommandScene.TunedRun)))!;

        Assert.Equal("verified", bundle["body"]!["verdict_at_export"]!["status"]!.GetValue<string>());
        Assert.Equal("verified", bundle["verdict"]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_event_is_found_by_id_index_and_hash_and_nothing_else_is_exported()
    {
        var entry = JsonNode.Parse((await shared.Scene.ExpectAsync(0, "ledger", "proof", "0", "--json")).Out)!;
        var eventId = entry["event_id"]!.GetValue<string>();
        foreach (var name in new[] { eventId, "0", entry["envelope"]!["payload_hash"]!.GetValue<string>() })
        {
            var ended = await shared.Scene.ExpectAsync(0, "evidence", "export", name);
            Assert.Equal("event:" + eventId, JsonNode.Parse(ended.Out)!["body"]!["subject"]!.GetValue<string>());
        }

        await shared.Scene.ExpectAsync(2, "evidence", "export", "nothing-of-the-kind");
        await shared.Scene.ExpectAsync(2, "evidence", "export", "no-model/1");
        await shared.Scene.ExpectAsync(2, "evidence", "export", CommandScene.TunedRun, "--format", "ario-trace");
        await shared.Scene.ExpectAsync(2, "evidence", "export", CommandScene.TunedRun, "-o", shared.Scene.Folder.File("report.txt"));
        using var elsewhere = new CommandScene();
        await elsewhere.ExpectAsync(2, "evidence", "export", CommandScene.TunedRun);
    }

    [Fact]
    public async Task A_receipt_is_compared_with_its_content_and_of_an_unknown_world_not_believed()
    {
        using var scene = new CommandScene();
        var content = scene.Folder.File("envelope.json");
        await File.WriteAllTextAsync(content, "content");
        var receipt = new AnchorReceipt
        {
            Anchor = "moon",
            World = "moon",
            Network = "main",
            Target = AnchorTarget.Envelope,
            Digest = Digest.Compute(DigestAlgorithm.Sha256, "content"u8),
            State = ReceiptState.Final,
            PreparedAt = DateTimeOffset.UnixEpoch,
            Proof = [],
        };
        var file = scene.Folder.File("moon.receipt.json");
        await File.WriteAllBytesAsync(file, AnchorReceiptJson.Write(receipt));

        Assert.Contains(
            "nobody here vouches for moon",
            (await scene.ExpectAsync(3, "verify", "receipt", file, "--content", content)).Out,
            StringComparison.Ordinal
        );
        await scene.ExpectAsync(3, "verify", "receipt", file);
        await File.WriteAllTextAsync(content, "other");
        await scene.ExpectAsync(1, "verify", "receipt", file, "--content", content);
        await scene.ExpectAsync(2, "verify", "receipt", content);
        await scene.ExpectAsync(2, "verify", "receipt", scene.Folder.File("none"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[[[[")]
    [InlineData("{\"spec_version\":\"ario.evidence/v1\",\"body_type\":\"hallmark.evidence/v1\"}")]
    public async Task What_is_no_bundle_ends_in_2(string text)
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("bundle.json"), text);

        await scene.ExpectAsync(2, "verify", "bundle", scene.Folder.File("bundle.json"));
        await scene.ExpectAsync(2, "verify", "bundle", scene.Folder.File("none.json"));
    }

    [Fact]
    public async Task Bundles_of_the_family_get_the_exit_codes_of_their_status()
    {
        using var scene = new CommandScene();
        var cases = JsonNode.Parse(
            await File.ReadAllTextAsync(ProjectFiles.TestData("ario/evidence-bundles.json")),
            documentOptions: new() { MaxDepth = 1000 }
        )!["cases"]!.AsArray();
        var seen = new HashSet<int>();
        foreach (var vector in cases.Where(vector => vector!["gateways"] is null && vector["content_hex"] is null))
        {
            var file = scene.Folder.File("family.json");
            await File.WriteAllTextAsync(file, vector!["bundle"]?.ToJsonString(new() { MaxDepth = 1000 }) ?? "null");
            var status = vector["expect"]!["status"]!.GetValue<string>();

            var ended = await scene.RunAsync("verify", "bundle", file, "--json");

            Assert.True(
                ended.Code
                    == status switch
                    {
                        "verified" => 0,
                        "failed" => 1,
                        "malformed" => 2,
                        _ => ended.Code is 0 or 3 ? ended.Code : -1,
                    },
                $"{vector["id"]}: {status}, {ended}"
            );
            Assert.Equal(status, JsonNode.Parse(ended.Out)!["status"]!.GetValue<string>());
            seen.Add(ended.Code);
        }

        Assert.Equal([0, 1, 2, 3], seen.Order());
    }

    [Fact]
    public async Task An_inclusion_bundle_of_an_agent_verifies_and_one_of_another_leaf_does_not()
    {
        using var scene = new CommandScene();
        var cases = JsonNode.Parse(await File.ReadAllTextAsync(ProjectFiles.TestData("ario/agent-proofs.json")))!["cases"]!.AsArray();
        var bundle = cases.First(vector => (string?)vector!["id"] == "ok-0")!["bundle"]!;
        await File.WriteAllTextAsync(scene.Folder.File("proof.json"), bundle.ToJsonString());
        await scene.ExpectAsync(0, "verify", "bundle", scene.Folder.File("proof.json"));

        bundle["leaf"]!["agent_id"] = "another";
        await File.WriteAllTextAsync(scene.Folder.File("proof.json"), bundle.ToJsonString());
        var ended = await scene.ExpectAsync(1, "verify", "bundle", scene.Folder.File("proof.json"));
        Assert.Contains("audit_path", ended.Out, StringComparison.Ordinal);
    }

    [PeerFact("unshare")]
    public async Task Offline_a_bundle_gets_the_same_verdict_where_there_is_no_network_at_all()
    {
        var file = await ExportAsync(CommandScene.TunedRun);
        using var elsewhere = new CommandScene();
        var here = await elsewhere.ExpectAsync(0, "verify", "bundle", file);

        var there = await WithoutNetworkAsync(elsewhere, "verify", "bundle", file, "--offline");

        Assert.Equal((here.Code, here.Out), (there.Code, there.Out));
        Assert.Equal(2, (await elsewhere.RunAsync("verify", "bundle", file, "--offline", "--live")).Code);
    }

    // A new network namespace has no interface that is up, not even the loopback one: any connection fails.
    private static async Task<Ended> WithoutNetworkAsync(CommandScene scene, params string[] arguments)
    {
        var start = new ProcessStartInfo("unshare", ["-rn", "dotnet", Path.Combine(AppContext.BaseDirectory, "hallmark.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in scene.Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!; // ! it is a program that was found
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, output, await error);
    }

    private async Task<string> ExportAsync(params string[] arguments)
    {
        var file = shared.Scene.Folder.File($"bundle-{Interlocked.Increment(ref _files)}.json");
        await shared.Scene.ExpectAsync(0, ["evidence", "export", .. arguments, "-o", file]);
        return file;
    }
}
