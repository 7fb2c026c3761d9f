namespace Hallmark.Mlflow.Stores;

/// <summary>A trace's info.</summary>
/// <param name="TraceId">MLflow 2: 32 hex digits; MLflow 3: <c>tr-</c> and 32 hex digits.</param>
/// <param name="ExperimentId">The experiment's id.</param>
/// <param name="Timestamp">When it began, milliseconds since 1970.</param>
/// <param name="ExecutionTime">How long it took, in milliseconds, or null.</param>
/// <param name="Status"><c>OK</c>, <c>ERROR</c>, <c>IN_PROGRESS</c> or <c>STATE_UNSPECIFIED</c>.</param>
/// <param name="Tags">Tags.</param>
/// <param name="Metadata">Request metadata.</param>
public sealed record Trace(
    string TraceId,
    string ExperimentId,
    long Timestamp,
    long? ExecutionTime,
    string Status,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyDictionary<string, string> Metadata
);
