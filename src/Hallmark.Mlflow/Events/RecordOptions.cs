using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Events;

/// <summary>What a caller may add to a record.</summary>
public record RecordOptions
{
    /// <summary>The caller's own members, merged at top level; a name that the record has already is dropped (mlflow-events.md §1). Null for none.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>
    /// True to add our own member <c>hallmark</c> (predecessor, metric histories, artifact path …) and to keep every registration's record. Off, a record
    /// has exactly the original's bytes, and less can be verified later.
    /// </summary>
    public bool HallmarkMember { get; init; } = true;

    /// <summary>The id of an active MLflow trace, or null.</summary>
    public string? MlflowTraceId { get; init; }

    /// <summary>The current OpenTelemetry span, or null. Read it with <see cref="SpanIds.Capture"/> on the calling thread.</summary>
    public SpanIds? Span { get; init; }

    /// <summary>How artifacts are hashed; silently and without a cache unless set.</summary>
    public ArtifactHashing Hashing { get; init; } = ArtifactHashing.Plain;
}
