using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;
using Hallmark.Mlflow.Events;
using Hallmark.Server.Scoring;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>A model that does what the test says, with a log in memory.</summary>
internal sealed class ScriptedModel : IScoringModel
{
    private readonly RandomEventIds _ids = new();
    private long _entries;

    public ModelIdentity Identity { get; init; } =
        new()
        {
            Uri = "models:/iris/3",
            Name = "iris",
            Version = "3",
            RunId = "run1",
        };

    public string Kind => "scripted";

    public bool IsReady { get; set; } = true;

    public IReadOnlyList<ModelField> Inputs { get; init; } = [new("x", "FP64", [-1, 2])];

    public IReadOnlyList<ModelField> Outputs { get; init; } = [];

    /// <summary>What the model answers; the input's own value unless set.</summary>
    public Func<ModelInput, CancellationToken, Task<ModelOutput>> Run { get; set; } =
        (input, _) => Task.FromResult(new ModelOutput(input.Value?.DeepClone(), []));

    /// <summary>Whether the log has a place.</summary>
    public Func<bool> HasPlace { get; set; } = () => true;

    /// <summary>How an entry becomes durable; at once unless set.</summary>
    public Func<LoggedEntry, Task<LoggedEntry>> Log { get; set; } = Task.FromResult;

    /// <summary>How a checkpoint comes; at once unless set.</summary>
    public Func<long, CancellationToken, Task> Checkpoint { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What the model was asked, in order.</summary>
    public ConcurrentQueue<ModelInput> Asked { get; } = [];

    /// <summary>The spans of what was recorded.</summary>
    public ConcurrentQueue<SpanIds?> Recorded { get; } = [];

    /// <summary>The MLflow traces of what was recorded.</summary>
    public ConcurrentQueue<string?> Traces { get; } = [];

    /// <summary>Receipts by decision id.</summary>
    public ConcurrentDictionary<string, string> Receipts { get; } = new(StringComparer.Ordinal);

    public async Task<ScoredPrediction?> TryPredictAsync(ModelInput input, CallerTraces traces, CancellationToken cancellationToken)
    {
        if (!HasPlace())
        {
            return null;
        }

        Asked.Enqueue(input);
        var output = await Run(input, cancellationToken);
        Recorded.Enqueue(traces.Span);
        Traces.Enqueue(traces.MlflowTraceId);
        var decisionId = _ids.Next();
        var entry = new LoggedEntry(
            Interlocked.Increment(ref _entries) - 1,
            ReadOnlyMemory<byte>.Empty,
            null,
            decisionId,
            null,
            new string('0', 64),
            null,
            DateTimeOffset.UnixEpoch
        );
        Receipts[decisionId] = new JsonObject { ["decision_id"] = decisionId }.ToJsonString();
        return new ScoredPrediction(output, decisionId, Log(entry), token => Checkpoint(entry.Index, token));
    }

    /// <summary>What happens before a receipt is looked for.</summary>
    public Action BeforeReceipt { get; set; } = () => { };

    public Task<ReadOnlyMemory<byte>?> FindReceiptAsync(string decisionId, CancellationToken cancellationToken)
    {
        BeforeReceipt();
        return Task.FromResult(
            Receipts.TryGetValue(decisionId, out var receipt) ? Encoding.UTF8.GetBytes(receipt) : (ReadOnlyMemory<byte>?)null
        );
    }
}
