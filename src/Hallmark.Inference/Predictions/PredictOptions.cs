using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>What a caller adds to one prediction.</summary>
public sealed record PredictOptions
{
    /// <summary>Nothing.</summary>
    public static PredictOptions None { get; } = new();

    /// <summary>The caller's own members of the record; a name that the record has already is dropped. Null for none.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>The id of an active MLflow trace, or null.</summary>
    public string? MlflowTraceId { get; init; }

    /// <summary>The header <c>traceparent</c> of the request, or null; a malformed one counts as none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The span that the prediction belongs to; null to take <see cref="TraceParent"/>, else the calling thread's current one.</summary>
    public SpanIds? Span { get; init; }

    /// <summary>True to wait for a place where the log is full, instead of being told so.</summary>
    public bool WaitsForPlace { get; init; }
}
