using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Tests.ArioVerify;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Witnesses;

/// <summary><c>hallmark ario</c>: the family's own command line, with envelopes from a gateway and attestations from the service.</summary>
public sealed class FamilyCommandTests : IAsyncLifetime
{
    private readonly CommandScene _scene = new CommandScene().WithStore();
    private TurboServer _turbo = null!;
    private GatewayServer _gateway = null!;
    private VerifyService _service = null!;

    private string Tags => Path.Combine(_scene.RunFolder(), "tags");

    public async Task InitializeAsync()
    {
        _turbo = await TurboServer.StartAsync(_scene.Clock);
        _gateway = await GatewayServer.StartAsync();
        _service = await VerifyService.StartAsync();
        _scene.Environment["NO_COLOR"] = "1";
        _scene.Environment["ARIO_MLFLOW_ARIO_VERIFY_URL"] = _service.Server.Address + "/verify/";
        await _scene.ExpectAsync(
            0,
            "anchors",
            "add",
            "arweave",
            "arweave",
            "anchors=envelope",
            "upload=" + _turbo.Address,
            "gateways=" + _gateway.Address,
            "bundlers=" + TurboServer.BundlerAddress
        );
        await _scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun, "--wait=submitted");
        foreach (var bytes in _turbo.Items.Values)
        {
            Assert.True(DataItem.TryParse(bytes, out var item, out _));
            _gateway.Hold(item);
            _gateway.Mine(item.Id, 1_700_000, _scene.Clock.GetUtcNow());
            if (item.Id == await TransactionAsync())
            {
                (_service.Subject, _service.Content, _service.Block) = (item.Id, item.Data, 1_700_000);
            }
        }
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _gateway.DisposeAsync();
        await _turbo.DisposeAsync();
        _scene.Dispose();
    }

    [Fact]
    public async Task A_run_that_was_recorded_here_verifies_in_the_familys_words_and_its_tags_are_written_back()
    {
        var answer = await _scene.ExpectAsync(0, "ario", "verify", "run", CommandScene.TunedRun);
        Assert.StartsWith(
            $"Verifying training run {CommandScene.TunedRun}\n  TX: {await TransactionAsync()}\n  Proof Found                  ✓ envelope retrieved from ar.io\n",
            answer.Out,
            StringComparison.Ordinal
        );
        Assert.Contains("ar.io attestation            ✓ Verified by gw.example", answer.Out, StringComparison.Ordinal);
        Assert.Contains("-> updated ", answer.Out, StringComparison.Ordinal);
        Assert.Equal("verified", await File.ReadAllTextAsync(Path.Combine(Tags, "ario.verify_status")));
        Assert.Equal("3", await File.ReadAllTextAsync(Path.Combine(Tags, "ario.attestation_level")));
    }

    [Fact]
    public async Task A_gateway_that_lies_is_not_believed_and_the_envelope_is_not_found()
    {
        Assert.True(DataItem.TryParse(_turbo.Items[await TransactionAsync()], out var item, out _));
        _gateway.Hold(item, data: "{\"event_type\":\"training_complete\"}"u8.ToArray());
        var answer = await _scene.ExpectAsync(1, "ario", "verify", "run", CommandScene.TunedRun);
        Assert.Contains("Could not fetch envelope from ar.io", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_not_well_counts_as_switched_off_and_one_that_says_too_little_as_not_verified()
    {
        _service.ChangeResult = result => result["level"] = 1;
        var little = await _scene.ExpectAsync(1, "ario", "verify", "run", CommandScene.TunedRun);
        Assert.Contains("? Pending verification", little.Out, StringComparison.Ordinal);

        _service.Before = context =>
        {
            context.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        var asked = _service.Server.Asked.Count;
        var off = await _scene.RunAsync("ario", "verify", "run", CommandScene.TunedRun);
        Assert.Contains("? ario_verify_not_enabled", off.Out, StringComparison.Ordinal);
        Assert.Equal(asked + 1, _service.Server.Asked.Count);
        Assert.DoesNotContain("-> updated", off.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audit_takes_its_options_and_its_file_is_written()
    {
        await _scene.ExpectAsync(0, "register", "iris-classifier", "--run", CommandScene.TunedRun);
        var file = _scene.Folder.File("audit.json");
        await _scene.RunAsync("ario", "audit", "iris-classifier/3", "--format", "json", "--output", file);
        var bundle = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Contains("iris-classifier", bundle.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(bundle["overall_ok"]);
    }

    [Theory]
    [InlineData(2, "verify")]
    [InlineData(2, "verify", "dataset", "x")]
    [InlineData(2, "audit", "iris-classifier/3", "--format", "xml")]
    [InlineData(0)]
    public async Task Wrong_usage_is_2_and_no_command_is_help(int code, params string[] words)
    {
        var answer = await _scene.ExpectAsync(code, ["ario", .. words]);
        Assert.Contains("usage: verify run", answer.Out + answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_nobody_is_asked_and_nothing_is_found()
    {
        var asked = (_gateway.Asked.Count, _service.Server.Asked.Count);
        await _scene.ExpectAsync(1, "ario", "verify", "run", CommandScene.TunedRun, "--offline");
        Assert.Equal(asked, (_gateway.Asked.Count, _service.Server.Asked.Count));
    }

    private Task<string> TransactionAsync() => File.ReadAllTextAsync(Path.Combine(Tags, "ario.training_tx"));
}
