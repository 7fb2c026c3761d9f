using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Our own member <c>hallmark</c> at a record's top level. The original takes it for caller metadata and accepts it; we read it to verify what the original cannot.
/// </summary>
public static class HallmarkMember
{
    /// <summary>The member's name.</summary>
    public const string Name = "hallmark";

    /// <summary>What the event follows: {<c>event_id</c>, <c>payload_hash</c>}.</summary>
    public const string Previous = "previous";

    /// <summary>The store that the event was recorded from: see <see cref="StoreMark"/>.</summary>
    public const string Store = "store";

    /// <summary>The dataset events made with a training: list of {<c>name</c>, <c>event_id</c>, <c>payload_hash</c>}.</summary>
    public const string Datasets = "datasets";

    /// <summary>See <see cref="Events.MetricHistory"/>.</summary>
    public const string MetricHistory = "metric_history";

    /// <summary>Where the artifacts were found: a run-relative path, else an artifact URI.</summary>
    public const string ArtifactPath = "artifact_path";

    /// <summary>Relative path to size in bytes.</summary>
    public const string ArtifactSizes = "artifact_sizes";

    /// <summary>What came of hashing the artifacts.</summary>
    public const string ArtifactStatus = "artifact_status";

    /// <summary>Whose digest a dataset's is.</summary>
    public const string DigestSource = "digest_source";

    /// <summary>The digest is MLflow's own, which covers a sample of the data only.</summary>
    public const string FromMlflow = "mlflow";

    internal static void AddTo(JsonObject payload, JsonObject? member)
    {
        if (member is { Count: > 0 })
        {
            payload[Name] = member;
        }
    }

    /// <summary>The member of a record, or null.</summary>
    public static JsonObject? Of(JsonObject? payload) => payload?[Name] as JsonObject;
}
