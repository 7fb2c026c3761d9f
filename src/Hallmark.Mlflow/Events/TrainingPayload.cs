using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>The record of a training event (mlflow-events.md §3.4).</summary>
public static class TrainingPayload
{
    internal const string SourceNameTag = "mlflow.source.name";
    internal const string CommitTag = "mlflow.source.git.commit";

    /// <summary>Builds the record.</summary>
    /// <param name="run">The run as its store holds it.</param>
    /// <param name="artifacts">Its model's files.</param>
    /// <param name="trackingUri">The store's URI; recorded only where the caller's metadata asks for it.</param>
    /// <param name="options">What the caller adds.</param>
    /// <param name="hallmark">Our own member, or null for none.</param>
    public static JsonObject Build(
        MlflowRun run,
        ArtifactSnapshot artifacts,
        string trackingUri,
        RecordOptions options,
        JsonObject? hallmark
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(artifacts);
        ArgumentNullException.ThrowIfNull(options);
        var parameters = new JsonObject();
        foreach (var (key, value) in run.Params)
        {
            parameters[key] = value;
        }

        var payload = new JsonObject
        {
            ["event_type"] = EventTypes.Training,
            ["run_id"] = run.RunId,
            ["params"] = parameters,
            ["metrics"] = MetricMembers.Build(run),
            ["artifact_checksums"] = artifacts.ToJson(),
            ["source_name"] = run.Tags.GetValueOrDefault(SourceNameTag, ""),
            ["git_commit"] = run.Tags.GetValueOrDefault(CommitTag, ""),
            ["dataset_inputs"] = DatasetMembers.Build(run.DatasetInputs),
        };
        if (options.MlflowTraceId is { } trace)
        {
            payload["mlflow_trace_id"] = trace;
        }

        if (AsksForTrackingUri(options))
        {
            payload["mlflow_tracking_uri"] = trackingUri;
        }

        HallmarkMember.AddTo(payload, hallmark);
        CallerMembers.Merge(payload, options, CallerMembers.IncludeTrackingUri);
        return payload;
    }

    /// <summary>The envelope's subject.</summary>
    public static JsonObject Subject(MlflowRun run, string trackingUri, RecordOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var subject = new JsonObject { ["type"] = SubjectTypes.Run, ["run_id"] = run.RunId };
        if (AsksForTrackingUri(options))
        {
            subject["tracking_uri"] = trackingUri;
        }

        return subject;
    }

    private static bool AsksForTrackingUri(RecordOptions options) =>
        CallerMembers.IsTruthy(options.Metadata?[CallerMembers.IncludeTrackingUri]);
}
