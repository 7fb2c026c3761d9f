using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Tests.ArioVerify;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Witnesses;

/// <summary>ar.io Verify as a second opinion, from the settings to the verdict: <c>verify</c> and <c>operators</c> of an <c>arweave</c> anchor.</summary>
public sealed class AttestationTests : IAsyncLifetime
{
    // A run without datasets: one event, and so one checkpoint however slow the machine is.
    private const string Run = "b75e06e1a1a94530adb50dba950d0245";

    private readonly CommandScene _scene = new CommandScene().WithStore();
    private TurboServer _turbo = null!;
    private GatewayServer _gateway = null!;
    private VerifyService _service = null!;

    public async Task InitializeAsync()
    {
        _turbo = await TurboServer.StartAsync(_scene.Clock);
        _gateway = await GatewayServer.StartAsync();
        _service = await VerifyService.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _gateway.DisposeAsync();
        await _turbo.DisposeAsync();
        _scene.Dispose();
    }

    [Fact]
    public async Task Attested_by_an_operator_of_the_settings_a_checkpoint_verifies_without_a_network()
    {
        await RecordAsync("verify=" + Address, "operators=" + _service.Operator, "verify_level=3");
        Assert.Contains(
            "ar.io Verify: ",
            (string?)(await _scene.JsonAsync(0, "anchors", "status"))[0]!["detail"],
            StringComparison.Ordinal
        );
        await RefreshAsync();
        await _gateway.DisposeAsync();
        await _turbo.DisposeAsync();

        var verified = await _scene.ExpectAsync(0, "verify", "run", Run, "--offline", "--require", "arweave level>=3");
        Assert.Contains($"attested by operator {_service.Operator}", verified.Out, StringComparison.Ordinal);
        Assert.Contains("with 1 outside witness", verified.Out, StringComparison.Ordinal);
        await _scene.ExpectAsync(0, "receipts", "show", "0", "--offline");
    }

    [Fact]
    public async Task The_environment_names_the_service_and_without_an_operator_its_word_is_shown_and_not_believed()
    {
        _scene.Environment["ARIO_MLFLOW_ARIO_VERIFY_URL"] = Address;
        await RecordAsync();
        await RefreshAsync();
        var shown = await _scene.JsonAsync(0, "receipts", "show", "0", "--offline");
        var witness = shown["witnesses"]![0]!;
        Assert.False((bool)witness["holds"]!);
        Assert.False((bool)witness["refuted"]!);
        var trust = witness["checks"]!.AsArray().Single(check => (string?)check!["name"] == "attestation_trust")!;
        Assert.Equal("no_operator_given", (string?)trust["reason"]);
    }

    [Fact]
    public async Task A_final_receipt_without_an_attestation_is_asked_for_once_more_by_refresh()
    {
        _service.Block = null;
        await RecordAsync("verify=" + Address, "operators=" + _service.Operator);
        await RefreshAsync(block: null);
        Assert.Equal("final", (string?)(await _scene.JsonAsync(0, "receipts", "list"))[0]!["state"]);
        _service.Block = Height;
        Assert.Equal(1, (int)(await _scene.JsonAsync(0, "receipts", "refresh"))["asked"]!);
        Assert.Equal(0, (int)(await _scene.JsonAsync(0, "receipts", "refresh"))["asked"]!);
        await _scene.ExpectAsync(0, "verify", "run", Run, "--offline", "--require", "arweave");
    }

    [Fact]
    public async Task A_trace_and_an_export_for_the_familys_tools_are_made_of_the_receipt_and_verify()
    {
        await RecordAsync("verify=" + Address, "operators=" + _service.Operator);
        await RefreshAsync();
        var trace = _scene.Folder.File("trace.json");
        await _scene.ExpectAsync(0, "evidence", "export", Run, "--format", "ario-trace", "-o", trace);
        Assert.Contains("VERIFIED", (await _scene.ExpectAsync(0, "verify", "bundle", trace)).Out, StringComparison.Ordinal);
        Assert.Equal("ario.anchor.trace/v1", (string?)JsonNode.Parse(await File.ReadAllTextAsync(trace))!["body_type"]);

        var export = _scene.Folder.File("export.json");
        await _scene.ExpectAsync(0, "evidence", "export", Run, "--format", "ario-export", "-o", export);
        var verified = await _scene.ExpectAsync(0, "verify", "bundle", export);
        Assert.Contains("attestation", verified.Out, StringComparison.Ordinal);
        Assert.Contains(_service.Operator, verified.Out, StringComparison.Ordinal);
        var body = JsonNode.Parse(await File.ReadAllTextAsync(export))!["body"]!;
        Assert.Equal(_service.Operator, (string?)Assert.Single(body["attestations"]!.AsArray())!["payload"]!["operator"]);

        // What the gateway publishes is what the trace says is there.
        await _scene.ExpectAsync(3, "verify", "bundle", trace, "--gateway", _gateway.Address);
        await _scene.ExpectAsync(0, "verify", "bundle", trace, "--gateway", _gateway.Address + "/raw");
        await _scene.ExpectAsync(0, "verify", "bundle", export, "--gateway", _gateway.Address + "/raw");
    }

    [Fact]
    public async Task What_the_settings_say_in_public_stands_in_the_items_tags()
    {
        var scope = new string('a', 64);
        await RecordAsync("content_hash=true", "scope=" + scope);
        Assert.True(DataItem.TryParse(Assert.Single(_turbo.Items).Value, out var item, out _));
        Assert.Equal(["Scope", "Content-Hash"], item.Tags.TakeLast(2).Select(tag => tag.Name));
        var receipt = (await _scene.JsonAsync(0, "receipts", "list"))[0]!;
        Assert.Equal("sha256:" + item.Tags[^1].Value, (string?)receipt["digest"]);
        Assert.False((bool)(await _scene.JsonAsync(0, "receipts", "show", "0", "--offline"))["witnesses"]![0]!["refuted"]!);
    }

    [Fact]
    public async Task Further_tags_follow_the_baseline_of_every_envelope()
    {
        await RecordAsync("anchors=envelope", "tags.Team=risk", "tags.Stage=pilot");
        Assert.Single(_turbo.Items);
        foreach (var bytes in _turbo.Items.Values)
        {
            Assert.True(DataItem.TryParse(bytes, out var item, out _));
            Assert.Equal(["Chain-Prev", "Team", "Stage"], item.Tags.TakeLast(3).Select(tag => tag.Name));
        }

        Assert.False((bool)(await _scene.JsonAsync(0, "receipts", "show", "0", "--offline"))["witnesses"]![0]!["refuted"]!);
    }

    [PeerFact(ArlocalNode.Program, ArlocalNode.Addon, "node")]
    public async Task A_trace_of_a_checkpoint_that_a_real_node_mined_is_confirmed_by_that_node()
    {
        await using var node = await ArlocalNode.StartAsync();
        await RecordAsync("verify=" + Address);
        Assert.True(DataItem.TryParse(Assert.Single(_turbo.Items).Value, out var item, out _));
        var trace = _scene.Folder.File("trace.json");
        await _scene.ExpectAsync(0, "evidence", "export", Run, "--format", "ario-trace", "-o", trace);
        await _scene.ExpectAsync(3, "verify", "bundle", trace, "--gateway", node.Address);
        await node.MineBundleAsync(item);
        var verified = await _scene.JsonAsync(0, "verify", "bundle", trace, "--gateway", node.Address);
        Assert.Equal(("verified", true), ((string?)verified["status"], (bool)verified["on_chain_checked"]!));
    }

    [Theory]
    [InlineData("attestations.0.payload.level")]
    [InlineData("attestations.0.signature")]
    [InlineData("source_bundle.body.events.0.inclusion.audit_path")]
    [InlineData("source_bundle_hash")]
    public async Task A_part_of_an_export_that_was_changed_under_a_new_seal_fails_it(string path)
    {
        await RecordAsync("verify=" + Address, "operators=" + _service.Operator);
        await RefreshAsync();
        var body = JsonNode.Parse((await _scene.ExpectAsync(0, "evidence", "export", Run, "--format", "ario-export")).Out)!["body"]!;
        var names = path.Split('.');
        var place = names[..^1].Aggregate(body, (at, name) => int.TryParse(name, out var i) ? at[i]! : at[name]!);
        place[names[^1]] = names[^1] switch
        {
            "level" => 2,
            "audit_path" => new JsonArray(new string('0', 64)),
            "signature" => "00" + ((string)place["signature"]!)[2..],
            _ => new string('0', 64),
        };
        var draft = new EvidenceDraft
        {
            BodyType = EvidenceFormat.Export,
            Issuer = new JsonObject { ["kind"] = "issuer" },
            GeneratedAt = "2026-11-21T12:00:00Z",
            Verdict = [],
            Body = CanonicalJson.Canonicalize(body),
        };
        var file = _scene.Folder.File("resealed.json");
        var key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        await File.WriteAllBytesAsync(file, EvidenceSealer.Seal(draft, key).Bytes.ToArray());
        await _scene.ExpectAsync(1, "verify", "bundle", file);
    }

    [Fact]
    public async Task An_export_without_attestations_is_made_too_and_an_operator_in_the_trust_file_decides_over_our_own_bundle()
    {
        await RecordAsync("verify=" + Address);
        await RefreshAsync();
        var bundle = _scene.Folder.File("bundle.json");
        await _scene.ExpectAsync(0, "evidence", "export", Run, "-o", bundle);
        using var elsewhere = new CommandScene();
        foreach (var (operators, code) in new[] { (new JsonArray(_service.Operator), 0), (new JsonArray(), 3) })
        {
            var trust = elsewhere.Folder.File("trust.json");
            var anchor = new JsonObject
            {
                ["name"] = "arweave",
                ["type"] = "arweave",
                ["operators"] = operators,
            };
            await File.WriteAllTextAsync(trust, new JsonObject { ["anchors"] = new JsonArray(anchor) }.ToJsonString());
            await elsewhere.ExpectAsync(code, "verify", "bundle", bundle, "--trust", trust, "--offline", "--require", "arweave");
        }
    }

    private string Address => _service.Server.Address + "/verify";

    private long Height => _gateway.Height - 19;

    private async Task RecordAsync(params string[] members)
    {
        await _scene.ExpectAsync(
            0,
            [
                "anchors",
                "add",
                "arweave",
                "arweave",
                "upload=" + _turbo.Address,
                "payment=" + _turbo.Address,
                "gateways=" + _gateway.Address,
                "bundlers=" + TurboServer.BundlerAddress,
                .. members,
            ]
        );
        await _scene.ExpectAsync(0, "anchor", "run", Run, "--allow-empty-dataset-inputs", "--wait=submitted");
    }

    /// <summary>The gateway mines what the bundler took, and the service speaks of it.</summary>
    private Task RefreshAsync() => RefreshAsync(Height);

    private async Task RefreshAsync(long? block)
    {
        var time = _scene.Clock.GetUtcNow();
        Assert.True(DataItem.TryParse(Assert.Single(_turbo.Items).Value, out var item, out _));
        _gateway.Hold(item);
        _gateway.Mine(item.Id, Height, time);
        (_service.Subject, _service.Content, _service.Block) = (item.Id, item.Data, block);
        _service.BlockTime = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'.000Z'", CultureInfo.InvariantCulture);
        Assert.Equal(1, (int)(await _scene.JsonAsync(0, "receipts", "refresh"))["advanced"]!);
    }
}
