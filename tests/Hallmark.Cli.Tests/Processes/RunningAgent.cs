using System.Globalization;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Inference.Status;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>One file that a policy names <c>m</c>, and <c>hallmark agent</c> in a process of its own that looks at it every second.</summary>
internal sealed class RunningAgent : IDisposable
{
    private readonly CommandScene _scene;
    private readonly HeldPort _port = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly List<HallmarkProcess> _started = [];

    public RunningAgent(CommandScene scene)
    {
        _scene = scene;
        Address = new Uri(_port.Address);
        File.WriteAllText(ModelFile, "weights");
        File.WriteAllText(
            scene.Folder.File("home/agent.json"),
            "{\"tenant_id\":\"acme\",\"agent_id\":\"host-1\",\"assets\":[{\"asset_id\":\"m\",\"type\":\"file\",\"path\":\"../deployed/model.bin\",\"interval\":1,\"max_age\":3600}]}"
        );
    }

    public string ModelFile => _scene.Folder.File("deployed/model.bin");

    public Uri Address { get; }

    public string SecretFile => Path.Combine(_scene.Home, "agent", "management-secret");

    /// <summary>Starts the process; the one before must have ended. It is closed with this.</summary>
    public HallmarkProcess Start()
    {
        var listen = "127.0.0.1:" + _port.Number.ToString(CultureInfo.InvariantCulture);
        _started.Add(new HallmarkProcess(_scene, null, "agent", "--listen", listen));
        return _started[^1];
    }

    /// <summary>Ends it at once.</summary>
    public void Kill() => _started[^1].Kill();

    /// <summary>Waits until it says so.</summary>
    public async Task ReachAsync(AssetOutcome outcome)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (await FindAsync(limit.Token) != outcome)
        {
            await Task.Delay(50, limit.Token);
        }
    }

    public void Dispose()
    {
        _started.ForEach(process => process.Dispose());
        _http.Dispose();
        _port.Dispose();
    }

    private async Task<AssetOutcome?> FindAsync(CancellationToken token)
    {
        if (!File.Exists(SecretFile))
        {
            return null;
        }

        var options = new AssetStatusOptions
        {
            Address = Address,
            ManagementSecret = (await File.ReadAllTextAsync(SecretFile, token)).Trim(),
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
}
