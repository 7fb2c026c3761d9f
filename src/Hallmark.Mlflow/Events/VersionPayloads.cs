using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Events;

/// <summary>The records of events about a model version: registration (mlflow-events.md §5), stage transition (§6) and alias change (our own).</summary>
public static class VersionPayloads
{
    /// <summary>The record of a registration.</summary>
    public static JsonObject Registration(RegistrationFacts facts, RecordOptions options, JsonObject? hallmark)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Finish(
            new JsonObject
            {
                ["event_type"] = EventTypes.Registration,
                ["model_name"] = facts.ModelName,
                ["model_version"] = facts.ModelVersion,
                ["source_run_id"] = facts.SourceRunId,
                ["source"] = facts.Source,
                ["artifact_verified"] = facts.ArtifactVerified,
                ["artifact_hash"] = facts.ArtifactHash,
            },
            options,
            hallmark
        );
    }

    /// <summary>The record of a stage transition.</summary>
    public static JsonObject StageTransition(
        string name,
        string version,
        string fromStage,
        string toStage,
        RecordOptions options,
        JsonObject? hallmark
    ) =>
        Finish(
            new JsonObject
            {
                ["event_type"] = EventTypes.StageTransition,
                ["model_name"] = name,
                ["model_version"] = version,
                ["from_stage"] = fromStage,
                ["to_stage"] = toStage,
            },
            options,
            hallmark
        );

    /// <summary>The record of an alias that was pointed at a version; <paramref name="fromVersion"/> is null where it pointed nowhere before.</summary>
    public static JsonObject AliasChange(
        string name,
        string alias,
        string? fromVersion,
        string toVersion,
        RecordOptions options,
        JsonObject? hallmark
    ) =>
        Finish(
            new JsonObject
            {
                ["event_type"] = EventTypes.AliasChanged,
                ["model_name"] = name,
                ["alias"] = alias,
                ["from_version"] = fromVersion,
                ["to_version"] = toVersion,
            },
            options,
            hallmark
        );

    /// <summary>The envelope's subject.</summary>
    public static JsonObject Subject(string name, string version) =>
        new()
        {
            ["type"] = SubjectTypes.ModelVersion,
            ["name"] = name,
            ["version"] = version,
        };

    private static JsonObject Finish(JsonObject payload, RecordOptions options, JsonObject? hallmark)
    {
        ArgumentNullException.ThrowIfNull(options);
        HallmarkMember.AddTo(payload, hallmark);
        CallerMembers.Merge(payload, options);
        return payload;
    }
}
