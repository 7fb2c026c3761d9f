using System.Globalization;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Tests.ArioVerify;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Witnesses;

/// <summary>ar.io Verify as a second opinion, from the settings to the verdict: <c>verify</c> and <c>operators</c> of an <c>arweave</c> anchor.</summary>
public sealed class AttestationTests : IAsyncLifetime
{
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

        var verified = await _scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun, "--offline", "--require", "arweave level>=3");
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
        await _scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun, "--offline", "--require", "arweave");
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
        await _scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun, "--wait=submitted");
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
