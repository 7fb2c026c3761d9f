using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>
/// Our own audit in the form of the bundle <c>ario.mlflow.audit/v1</c> (mlflow-events.md §18): a stage is anchored where a proof is found, uploaded or not, and
/// <c>overall_ok</c> is our verdict. The original's bundle, with its own rules, is <see cref="ArioCommandLine.ArioAuditBundle"/>.
/// </summary>
public sealed record AuditBundle
{
    /// <summary>The value of <c>schema</c>.</summary>
    public const string Schema = "ario.mlflow.audit/v1";

    /// <summary>The registered model.</summary>
    public required string Model { get; init; }

    /// <summary>The version.</summary>
    public required string Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset GeneratedAt { get; init; }

    /// <summary>The tracking store.</summary>
    public required string TrackingUri { get; init; }

    /// <summary>The version's run, or null.</summary>
    public string? RunId { get; init; }

    /// <summary>The version's stage now.</summary>
    public required string CurrentStage { get; init; }

    /// <summary>The run's tag <c>ario.artifact_hash</c>, or null.</summary>
    public string? ArtifactHash { get; init; }

    /// <summary>Training, registration and promotion, in this order.</summary>
    public required ImmutableArray<AuditStage> Stages { get; init; }

    /// <summary>The value of <c>overall_ok</c>: true only where our verdict passed, unlike the original's, which is true where nothing is anchored.</summary>
    public required bool OverallOk { get; init; }

    /// <summary>Our own verdicts, a further member <c>hallmark</c> at the end; or null for the original's bytes.</summary>
    public JsonObject? Hallmark { get; init; }

    /// <summary>The bundle as JSON: indent 2, everything outside printable ASCII escaped, no final newline.</summary>
    public string ToJson()
    {
        var json = new JsonObject
        {
            ["schema"] = Schema,
            ["model"] = Model,
            ["version"] = Version,
            ["generated_at"] = GeneratedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["tracking_uri"] = TrackingUri,
            ["run_id"] = RunId,
            ["current_stage"] = CurrentStage,
            ["artifact_hash"] = ArtifactHash,
            ["stages"] = new JsonArray([.. Stages.Select(stage => (JsonNode)ToJson(stage))]),
            ["overall_ok"] = OverallOk,
        };
        if (Hallmark is not null)
        {
            json["hallmark"] = Hallmark.DeepClone();
        }

        return IndentedJson.Write(json);
    }

    private static JsonObject ToJson(AuditStage stage) =>
        new()
        {
            ["stage"] = stage.Name,
            ["tx_id"] = stage.TransactionId,
            ["anchored"] = stage.IsAnchored,
            ["checks"] = !stage.IsAnchored
                ? null
                : new JsonObject
                {
                    ["signature"] = ToJson(stage.Result?.Signature),
                    ["anchored_bytes"] = ToJson(stage.Result?.AnchoredBytes),
                    ["source_of_truth"] = ToJson(stage.Result?.SourceOfTruth),
                    ["ario_attestation"] = ToJson(stage.Result?.Attestation),
                },
            ["ok"] = stage.Ok,
        };

    private static JsonObject ToJson(ArioCheck? check) =>
        check is null ? new JsonObject { ["ok"] = null } : new JsonObject { ["ok"] = check.Ok, ["reason"] = check.Reason ?? "" };
}
