using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>The audit bundle <c>ario.mlflow.audit/v1</c> (mlflow-events.md §18). It is unsigned, and holds neither envelopes nor records.</summary>
public sealed record ArioAuditBundle
{
    /// <summary>The member <c>schema</c>.</summary>
    public const string Schema = "ario.mlflow.audit/v1";

    /// <summary>The registered model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The version, a number as text.</summary>
    public required string Version { get; init; }

    /// <summary>When the bundle was made; written in UTC with six digits after the point, the rest cut off.</summary>
    public required DateTimeOffset GeneratedAt { get; init; }

    /// <summary>The tracking URI, without credentials.</summary>
    public required string TrackingUri { get; init; }

    /// <summary>The version's run, or null.</summary>
    public string? RunId { get; init; }

    /// <summary>The version's stage; <c>None</c> where it has none.</summary>
    public required string CurrentStage { get; init; }

    /// <summary>The run's tag <c>ario.artifact_hash</c>, or null.</summary>
    public string? ArtifactHash { get; init; }

    /// <summary>Training, registration, promotion, in this order.</summary>
    public required IReadOnlyList<ArioAuditStage> Stages { get; init; }

    /// <summary>False where an anchored stage is not true. So it is true where nothing was anchored: that is the original's word, not ours.</summary>
    public bool OverallOk => Stages.All(stage => stage.Ok is not false);

    /// <summary>The bundle as an object, members in the original's order.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["schema"] = Schema,
            ["model"] = Model,
            ["version"] = Version,
            ["generated_at"] = GeneratedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["tracking_uri"] = TrackingUri,
            ["run_id"] = RunId,
            ["current_stage"] = CurrentStage,
            ["artifact_hash"] = ArtifactHash,
            ["stages"] = new JsonArray([.. Stages.Select(stage => (JsonNode)stage.ToJson())]),
            ["overall_ok"] = OverallOk,
        };

    /// <summary>The bundle as the original writes it: indent 2, everything outside printable ASCII escaped, a final newline.</summary>
    public string ToText() => IndentedJson.Write(ToJson()) + "\n";
}
