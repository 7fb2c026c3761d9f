using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Inference.Predictions;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>A ledger in a folder of its own, with a key that is always the same.</summary>
internal sealed class PredictionHome : IAsyncDisposable
{
    public const string Origin = "ledger.example/predictions";
    private readonly TemporaryFolder _folder = new();
    private EventLedger? _ledger;

    public static Ed25519PrivateKey Key { get; } = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public static PredictionHome Create() => new();

    public string Folder => Path.Combine(_folder.Path, "ledger");

    public string File(string name) => _folder.File(name);

    public async Task<EventLedger> OpenAsync(bool publishes = false) =>
        _ledger ??= await EventLedger.OpenAsync(
            new LedgerOptions
            {
                Folder = Folder,
                Origin = Origin,
                PublishesByItself = publishes,
                PublishInterval = TimeSpan.FromMilliseconds(10),
            },
            Key,
            TimeProvider.System,
            CancellationToken.None
        );

    public static LedgerPredictionLog Log(IEventLog ledger, PredictionMode mode = PredictionMode.Batched) =>
        Log(ledger, new PredictionLogOptions { Mode = mode, ProducerId = Origin });

    public static LedgerPredictionLog Log(IEventLog ledger, PredictionLogOptions options) => new(ledger, Key, TimeProvider.System, options);

    public static string NewId() => new RandomEventIds().Next();

    public static PredictionFacts Facts(string? decisionId = null) =>
        new()
        {
            DecisionId = decisionId ?? NewId(),
            ModelName = "credit-scorer",
            ModelVersion = "3",
            RunId = "0123456789abcdef0123456789abcdef",
            ModelUri = "models:/credit-scorer/3",
            InputHash = PredictionHash.OfInput(JsonNode.Parse("[1,2.5]")),
            OutputHash = PredictionHash.OfOutput(JsonNode.Parse("[0.25]")),
            LatencyInMilliseconds = 1.23456,
            ArtifactVerified = true,
        };

    /// <summary>Records one prediction; the ticket says when it is on disk.</summary>
    public static PredictionTicket Record(IPredictionLog log, PredictionFacts? facts = null, string? registration = null) =>
        Record(log, new RecordOptions(), facts, registration);

    public static PredictionTicket Record(
        IPredictionLog log,
        RecordOptions options,
        PredictionFacts? facts = null,
        string? registration = null
    )
    {
        using var place = log.TryReserve() ?? throw new InvalidOperationException("The log is full.");
        return place.Record(facts ?? Facts(), registration, options);
    }

    public async Task CloseAsync()
    {
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync();
            _ledger = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (Directory.Exists(_folder.Path))
        {
            _folder.Dispose();
        }
    }
}
