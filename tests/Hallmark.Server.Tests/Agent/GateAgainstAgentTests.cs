using System.Net;
using Hallmark.Inference.Status;
using Hallmark.Inference.Tests.Agent;
using Hallmark.Server.Agent;

namespace Hallmark.Server.Tests.Agent;

/// <summary>Our gate and client against our own agent, from the file on disk to the exception.</summary>
public sealed class GateAgainstAgentTests : IAsyncLifetime, IDisposable
{
    private readonly AgentScene _scene = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private AgentServer? _server;

    public async Task InitializeAsync()
    {
        var agent = await _scene.StartAsync();
        _server = await AgentServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            _scene.OpenSecret(),
            agent.FindStatus,
            CancellationToken.None
        );
    }

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _scene.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task The_gate_opens_for_what_is_as_registered_and_closes_with_every_change()
    {
        await Assert.ThrowsAsync<AssetUnknownException>(PassAsync);
        await _scene.LookAsync();
        Assert.True((await PassAsync())!.IsGood);

        var content = await File.ReadAllBytesAsync(_scene.ModelFile);
        content[3] ^= 1;
        await File.WriteAllBytesAsync(_scene.ModelFile, content);
        await _scene.LookAsync();
        Assert.Equal(1, (await Assert.ThrowsAsync<AssetTamperedException>(PassAsync)).ExitCode);

        content[3] ^= 1;
        await File.WriteAllBytesAsync(_scene.ModelFile, content);
        await _scene.LookAsync();
        Assert.True((await PassAsync())!.IsGood);

        File.Delete(_scene.ModelFile);
        await _scene.LookAsync();
        await Assert.ThrowsAsync<AssetStaleException>(PassAsync);
        await _scene.LookAsync();
        await _scene.LookAsync();
        await Assert.ThrowsAsync<AssetMissingException>(PassAsync);
    }

    [Fact]
    public async Task A_look_of_long_ago_closes_the_gate_whichever_clock_says_so()
    {
        await _scene.LookAsync();
        _scene.Clock.SetWall(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<AssetStaleException>(PassAsync);
        await _scene.LookAsync();
        Assert.True((await PassAsync())!.IsGood);
        _scene.Clock.SetWall(TimeSpan.FromDays(-2));
        Assert.True((await PassAsync())!.IsGood);
        _scene.Clock.AdvanceForwardOnly(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<AssetStaleException>(PassAsync);
    }

    [Fact]
    public async Task An_asset_that_is_not_in_the_policy_and_a_wrong_secret_close_the_gate_with_their_own_names()
    {
        await _scene.LookAsync();
        await Assert.ThrowsAsync<AssetNotInPolicyException>(() =>
            Gate("other", Secret).PassAsync(AssetGate.LoadPhase, CancellationToken.None)
        );
        await Assert.ThrowsAsync<AssetStatusAuthException>(() => Gate("m", "wrong").PassAsync(AssetGate.LoadPhase, CancellationToken.None));
    }

    [Fact]
    public async Task The_secret_of_the_state_folder_is_the_one_that_opens()
    {
        Assert.Equal(64, Secret.Length);
        await _scene.LookAsync();
        Assert.True((await PassAsync())!.IsGood);
    }

    private string Secret => File.ReadAllText(Path.Combine(_scene.StateFolder, "management-secret")).Trim();

    private Task<AssetStatus?> PassAsync() => Gate("m", Secret).PassAsync(AssetGate.LoadPhase, CancellationToken.None);

    private AssetGate Gate(string assetId, string secret) =>
        new(
            new AssetStatusClient(
                _http,
                new AssetStatusOptions { Address = _server!.Address, ManagementSecret = secret },
                TimeProvider.System
            ),
            assetId,
            GatePolicy.FailClosed,
            _ => Assert.Fail("a closed gate warns nobody")
        );
}
