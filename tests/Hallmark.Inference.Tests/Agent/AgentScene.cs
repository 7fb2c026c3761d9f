using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Inference.Agent;
using Hallmark.Inference.Status;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>A folder with deployed files, a ledger and an agent's state; agents can be started in it one after the other, as after a sudden end.</summary>
internal sealed class AgentScene : IAsyncDisposable
{
    private AgentFolder? _state;
    private MonitoringAgent? _agent;

    public AgentScene()
    {
        Ledger = new TestAgentLedger(Path.Combine(Folder.Path, "ledger"), Clock);
        File.WriteAllText(ModelFile, "weights of the model");
    }

    public TemporaryFolder Folder { get; } = new();

    public SplitClock Clock { get; } = new();

    public TestAgentLedger Ledger { get; }

    public List<string> Told { get; } = [];

    public string ModelFile => Folder.File("models/m/model.bin");

    public string StateFolder => Path.Combine(Folder.Path, "state");

    /// <summary>One file, asset <c>m</c>, looked at every minute; more members of the asset and of the policy as a test needs them.</summary>
    public AgentPolicy Policy(Action<JsonObject>? change = null)
    {
        var policy = new JsonObject
        {
            ["tenant_id"] = "acme",
            ["agent_id"] = "host-1",
            ["assets"] = new JsonArray(Asset("m", "file", "models/m/model.bin")),
        };
        change?.Invoke(policy);
        return AgentPolicyReader.Parse(CanonicalJson.Canonicalize(policy), Path.Combine(Folder.Path, "agent.json"));
    }

    public static JsonObject Asset(string id, string type, string path) =>
        new()
        {
            ["asset_id"] = id,
            ["type"] = type,
            ["path"] = path,
            ["interval"] = 60,
        };

    /// <summary>A new agent on the same state, as if the one before had died; what it had in memory is gone.</summary>
    public async Task<MonitoringAgent> StartAsync(AgentPolicy? policy = null)
    {
        await StopAsync();
        _state = AgentFolder.Open(StateFolder);
        _agent = await MonitoringAgent.StartAsync(
            policy ?? Policy(),
            _state,
            Ledger,
            new RandomEventIds(),
            Clock,
            sentence =>
            {
                lock (Told)
                {
                    Told.Add(sentence);
                }
            },
            CancellationToken.None
        );
        return _agent;
    }

    public async Task StopAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        _state?.Dispose();
        (_agent, _state) = (null, null);
    }

    public ManagementSecret OpenSecret() => ManagementSecret.Open(_state!, null);

    /// <summary>One look at everything, a minute later.</summary>
    public async Task<AssetStatus> LookAsync(string assetId = "m")
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        await _agent!.LookAtAllAsync(CancellationToken.None);
        return _agent.FindStatus(assetId)!;
    }

    public AssetStatus FindStatus(string assetId = "m") => _agent!.FindStatus(assetId)!;

    /// <summary>The envelopes of one type, oldest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> EventsAsync(string eventType) =>
        [
            .. (await Ledger.EntriesAsync())
                .Where(entry => entry.EventType == eventType)
                .Select(entry => (JsonObject)StrictJson.Parse(entry.Envelope.Span)!),
        ];

    public Task<AcceptedAsset> AcceptAsync(string assetId = "m") =>
        AssetAcceptance.AcceptAsync(Policy(), assetId, Ledger, new RandomEventIds(), Clock, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Folder.Dispose();
    }
}
