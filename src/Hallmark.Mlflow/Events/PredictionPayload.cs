using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Mlflow.Events;

/// <summary>The record of a prediction event (mlflow-events.md §7.2).</summary>
public static class PredictionPayload
{
    private const int LatencyPrecision = 2;

    /// <summary>Builds the record.</summary>
    public static JsonObject Build(PredictionFacts facts, RecordOptions options)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(options);
        var payload = new JsonObject
        {
            ["event_type"] = EventTypes.Prediction,
            ["decision_id"] = facts.DecisionId,
            ["model_name"] = facts.ModelName,
            ["model_version"] = facts.ModelVersion,
            ["run_id"] = facts.RunId,
            ["model_uri"] = facts.ModelUri,
            ["input_hash"] = facts.InputHash,
            ["output_hash"] = facts.OutputHash,
            ["latency_ms"] = FloatRounding.Round(facts.LatencyInMilliseconds, LatencyPrecision),
            ["artifact_verified"] = facts.ArtifactVerified,
        };
        if (options.MlflowTraceId is { } trace)
        {
            payload["mlflow_trace_id"] = trace;
        }

        CallerMembers.Merge(payload, options);
        return payload;
    }

    /// <summary>The envelope's subject.</summary>
    public static JsonObject Subject(PredictionFacts facts, RecordOptions options)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(options);
        var subject = new JsonObject
        {
            ["type"] = SubjectTypes.Prediction,
            ["decision_id"] = facts.DecisionId,
            ["model_run_id"] = facts.RunId,
        };
        if (options.MlflowTraceId is { } trace)
        {
            subject["trace_id"] = trace;
        }

        return subject;
    }
}
