using System.Globalization;
using System.Text.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>MLflow's JSON objects as the port's records.</summary>
internal static class StoreJson
{
    public static Experiment Experiment(JsonElement json) =>
        new(
            json.Text("experiment_id"),
            json.FindText("name") ?? "",
            json.FindText("artifact_location") ?? "",
            json.FindText("lifecycle_stage") ?? "active",
            json.Pairs("tags")
        );

    public static MlflowRun Run(JsonElement json)
    {
        var info = json.Child("info");
        var data = json.FindChild("data");
        var outputs = json.FindChild("outputs");
        var inputs = json.FindChild("inputs");
        var metrics = new Dictionary<string, MetricPoint>(StringComparer.Ordinal);
        foreach (var metric in data?.Objects("metrics") ?? [])
        {
            metrics[metric.Text("key")] = MetricPoint(metric);
        }

        return new MlflowRun
        {
            RunId = info.FindText("run_id") ?? info.Text("run_uuid"),
            ExperimentId = info.Text("experiment_id"),
            RunName = info.FindText("run_name") ?? "",
            UserId = info.FindText("user_id") ?? "",
            Status = info.Text("status"),
            StartTime = info.FindInt64("start_time"),
            EndTime = info.FindInt64("end_time"),
            ArtifactUri = info.FindText("artifact_uri") ?? "",
            LifecycleStage = info.FindText("lifecycle_stage") ?? "active",
            Params = data?.Pairs("params") ?? Empty,
            Metrics = metrics,
            Tags = data?.Pairs("tags") ?? Empty,
            DatasetInputs = [.. (inputs?.Objects("dataset_inputs") ?? []).Select(DatasetInput)],
            ModelOutputs =
            [
                .. (outputs?.Objects("model_outputs") ?? []).Select(static o => new ModelOutput(
                    o.Text("model_id"),
                    o.FindInt64("step") ?? 0
                )),
            ],
            ModelInputs = [.. (inputs?.Objects("model_inputs") ?? []).Select(static i => i.Text("model_id"))],
        };
    }

    public static MetricPoint MetricPoint(JsonElement json) =>
        new(json.Double("value"), json.FindInt64("timestamp") ?? 0, json.FindInt64("step") ?? 0);

    public static LoggedModel LoggedModel(JsonElement json)
    {
        var info = json.Child("info");
        return new LoggedModel
        {
            ModelId = info.Text("model_id"),
            ExperimentId = info.Text("experiment_id"),
            Name = info.FindText("name") ?? "",
            SourceRunId = NullIfEmpty(info.FindText("source_run_id")),
            ArtifactUri = info.FindText("artifact_uri") ?? "",
            Status = info.FindText("status") ?? "",
            ModelType = info.FindText("model_type") ?? "",
            Params = json.FindChild("data")?.Pairs("params") ?? Empty,
            Tags = info.Pairs("tags"),
        };
    }

    public static LoggedModelMetric LoggedModelMetric(JsonElement json) =>
        new(
            json.Text("key"),
            MetricPoint(json),
            json.FindText("run_id") ?? "",
            NullIfEmpty(json.FindText("dataset_name")),
            NullIfEmpty(json.FindText("dataset_digest"))
        );

    public static RegisteredModel RegisteredModel(JsonElement json)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var alias in json.Objects("aliases"))
        {
            aliases[alias.Text("alias")] = alias.Text("version");
        }

        return new RegisteredModel(json.Text("name"), json.FindText("description") ?? "", json.Pairs("tags"), aliases);
    }

    public static ModelVersion ModelVersion(JsonElement json) =>
        new()
        {
            Name = json.Text("name"),
            Version = json.Text("version"),
            CurrentStage = NullIfEmpty(json.FindText("current_stage")) ?? "None",
            Source = json.FindText("source"),
            RunId = NullIfEmpty(json.FindText("run_id")),
            Description = json.FindText("description") ?? "",
            Status = json.FindText("status") ?? "READY",
            CreationTimestamp = json.FindInt64("creation_timestamp"),
            LastUpdatedTimestamp = json.FindInt64("last_updated_timestamp"),
            Tags = json.Pairs("tags"),
            Aliases = [.. json.Items("aliases").Select(AliasText).Order(StringComparer.Ordinal)],
        };

    /// <summary>The <c>trace_info</c> of the 2.0 routes.</summary>
    public static Trace TraceV2(JsonElement json) =>
        new(
            json.Text("request_id"),
            json.Text("experiment_id"),
            json.FindInt64("timestamp_ms") ?? 0,
            json.FindInt64("execution_time_ms"),
            json.FindText("status") ?? "STATE_UNSPECIFIED",
            json.Pairs("tags"),
            json.Pairs("request_metadata")
        );

    /// <summary>The <c>trace_info</c> of the 3.0 routes.</summary>
    public static Trace TraceV3(JsonElement json) =>
        new(
            json.Text("trace_id"),
            json.FindChild("trace_location")?.FindChild("mlflow_experiment")?.FindText("experiment_id") ?? "",
            json.FindText("request_time") is { } time ? Milliseconds("request_time", time) : 0,
            json.FindText("execution_duration") is { } duration ? DurationInMilliseconds(duration) : null,
            json.FindText("state") ?? "STATE_UNSPECIFIED",
            json.Pairs("tags"),
            json.Pairs("trace_metadata")
        );

    /// <summary>An assessment of the 3.0 routes. A value that is no plain one is JSON text in a member of its own.</summary>
    public static Assessment Assessment(JsonElement json)
    {
        var feedback = json.FindChild("feedback");
        var content = feedback ?? json.Child("expectation");
        var source = json.FindChild("source");
        return new Assessment
        {
            AssessmentId = json.Text("assessment_id"),
            TraceId = json.Text("trace_id"),
            Name = json.Text("assessment_name"),
            Kind = feedback is null ? AssessmentKind.Expectation : AssessmentKind.Feedback,
            ValueJson = content.FindChild("serialized_value") is { } serialized
                ? ValidJson(serialized.Text("value"))
                : content.FindRaw("value") ?? "null",
            ErrorJson = content.FindRaw("error"),
            SourceType = source?.FindText("source_type") ?? "",
            SourceId = source?.FindText("source_id") ?? "",
            Rationale = json.FindText("rationale"),
            Metadata = json.Pairs("metadata"),
            SpanId = json.FindText("span_id"),
            Overrides = json.FindText("overrides"),
            IsValid = json.FindRaw("valid") != "false",
            CreatedAt = Milliseconds("create_time", json.Text("create_time")),
            LastUpdatedAt = Milliseconds("last_update_time", json.Text("last_update_time")),
        };
    }

    private static string ValidJson(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException)
        {
            throw JsonAnswer.Wrong("serialized_value", "JSON text");
        }
    }

    private static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static DatasetInput DatasetInput(JsonElement json)
    {
        var dataset = json.Child("dataset");
        return new DatasetInput(
            dataset.Text("name"),
            dataset.FindText("digest") ?? "",
            dataset.FindText("source_type") ?? "",
            dataset.FindText("source") ?? "",
            dataset.FindText("schema"),
            dataset.FindText("profile"),
            json.Pairs("tags")
        );
    }

    private static string AliasText(JsonElement alias) =>
        alias.ValueKind == JsonValueKind.String
            ? alias.GetString()! /* the kind is String */
            : throw JsonAnswer.Wrong("aliases", "a list of texts");

    private static long Milliseconds(string name, string rfc3339) =>
        DateTimeOffset.TryParse(rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw JsonAnswer.Wrong(name, "a time of RFC 3339");

    private static long DurationInMilliseconds(string seconds) =>
        seconds.EndsWith('s')
        && decimal.TryParse(
            seconds.AsSpan(0, seconds.Length - 1),
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var value
        )
        && Math.Abs(value) < 1_000_000_000_000m
            ? (long)(value * 1000)
            : throw JsonAnswer.Wrong("execution_duration", "a duration in seconds");

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
