using System.Net;
using System.Net.Sockets;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Inference.Status;
using Hallmark.Ledger;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>The agent as a process of its own: asked, killed, started again, told to stop.</summary>
public sealed class AgentProcessTests : IDisposable
{
    private readonly CommandScene _scene = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly int _port = FreePort();

    public AgentProcessTests()
    {
        File.WriteAllText(Model, "weights");
        File.WriteAllText(
            _scene.Folder.File("home/agent.json"),
            "{\"tenant_id\":\"acme\",\"agent_id\":\"host-1\",\"assets\":[{\"asset_id\":\"m\",\"type\":\"file\",\"path\":\"../deployed/model.bin\",\"interval\":1}]}"
        );
    }

    private string Model => _scene.Folder.File("deployed/model.bin");

    public void Dispose()
    {
        _http.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public async Task Killed_at_any_moment_it_goes_on_where_it_was_and_told_to_stop_it_ends_well()
    {
        for (var i = 0; i < 3; i++)
        {
            using var killed = Start();
            await ReachAsync(i == 0 ? AssetOutcome.Verified : AssetOutcome.Tampered);
            if (i == 0)
            {
                await File.WriteAllTextAsync(Model, "Weights");
                await ReachAsync(AssetOutcome.Tampered);
            }

            killed.Kill();
            _ = await killed.EndAsync();
        }

        using var agent = Start();
        await ReachAsync(AssetOutcome.Tampered);
        await _scene.ExpectAsync(0, "agent", "accept", "m");
        await ReachAsync(AssetOutcome.Verified);
        agent.Terminate();
        var ended = await agent.EndAsync();
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.EndsWith("stopped\n", ended.Error, StringComparison.Ordinal);

        await _scene.ExpectAsync(0, "ledger", "verify");
        using var ledger = LedgerReader.Open(Path.Combine(_scene.Home, "ledger"));
        var types = new List<string?>();
        await foreach (var entry in ledger.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            types.Add(entry.EventType);
        }

        // Where the acceptance overtook the first registration on its way into the ledger, it alone stands there.
        Assert.Single(types, "tamper_detected");
        Assert.InRange(types.Count(type => type == "asset_registered"), 1, 2);
    }

    private HallmarkProcess Start() => new(_scene, null, "agent", "--listen", $"127.0.0.1:{_port}");

    private async Task ReachAsync(AssetOutcome outcome)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (await FindAsync(limit.Token) != outcome)
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private async Task<AssetOutcome?> FindAsync(CancellationToken token)
    {
        var secret = Path.Combine(_scene.Home, "agent", "management-secret");
        if (!File.Exists(secret))
        {
            return null;
        }

        var options = new AssetStatusOptions
        {
            Address = new Uri($"http://127.0.0.1:{_port}"),
            ManagementSecret = (await File.ReadAllTextAsync(secret, token)).Trim(),
        };
        try
        {
            return (await new AssetStatusClient(_http, options, TimeProvider.System).AskAsync("m", token)).Outcome;
        }
        catch (AssetStatusTransportException)
        {
            // It starts.
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
