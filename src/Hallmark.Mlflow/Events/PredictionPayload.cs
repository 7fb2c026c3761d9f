using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
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

    /// <summary>The canonical bytes of <see cref="Build"/>; written at once where the caller adds no metadata.</summary>
    /// <exception cref="BadInputException">The record has no canonical form: a number of the metadata is not finite, a text is not well-formed.</exception>
    public static byte[] Canonicalize(PredictionFacts facts, RecordOptions options)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return options.Metadata is { Count: > 0 } ? CanonicalJson.Canonicalize(Build(facts, options)) : Write(facts, options);
        }
        catch (JsonRejectedException failure)
        {
            throw new BadInputException(
                $"the record of prediction {facts.DecisionId} cannot be written as canonical JSON: {failure.Message}",
                failure,
                "look at the metadata and the latency that were handed in"
            );
        }
    }

    /// <summary>The payload in a record: the record itself, or where it is an event record of <c>ario.events/v1</c>, what its metadata holds. Null where there is none.</summary>
    /// <param name="record">The record's bytes.</param>
    public static JsonObject? Find(ReadOnlySpan<byte> record)
    {
        if (!StrictJson.TryParse(record, out var node, out _) || node is not JsonObject members)
        {
            return null;
        }

        var payload = StoredJson.Text(members, "spec_version") == SpecVersion.Events ? Carried(members) : members;
        return StoredJson.Text(payload, "event_type") == EventTypes.Prediction ? payload : null;
    }

    /// <summary>The payload that an event record of <c>ario.events/v1</c> carries; null where it carries none, whatever else stands in its place.</summary>
    internal static JsonObject? Carried(JsonObject? record) => (record?["metadata"] as JsonObject)?["prediction"] as JsonObject;

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

    // In canonical order, so that nothing has to be moved.
    private static byte[] Write(PredictionFacts facts, RecordOptions options)
    {
        using var writer = new CanonicalJsonWriter();
        writer.StartObject().Name("artifact_verified");
        _ = facts.ArtifactVerified is { } isVerified ? writer.Boolean(isVerified) : writer.Null();
        writer.Name("decision_id").Text(facts.DecisionId);
        writer.Name("event_type").Text(EventTypes.Prediction);
        writer.Name("input_hash").Text(facts.InputHash);
        writer.Name("latency_ms").Number(FloatRounding.Round(facts.LatencyInMilliseconds, LatencyPrecision));
        if (options.MlflowTraceId is { } trace)
        {
            writer.Name("mlflow_trace_id").Text(trace);
        }

        writer.Name("model_name").Text(facts.ModelName);
        writer.Name("model_uri").Text(facts.ModelUri);
        writer.Name("model_version").Text(facts.ModelVersion);
        if (options.Span is { } span)
        {
            writer.Name("otel_span_id").Text(span.SpanId).Name("otel_trace_id").Text(span.TraceId);
        }

        writer.Name("output_hash").Text(facts.OutputHash);
        writer.Name("run_id").Text(facts.RunId);
        return writer.EndObject().ToArray();
    }
}
