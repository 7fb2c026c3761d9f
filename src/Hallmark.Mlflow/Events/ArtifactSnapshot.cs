using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Events;

/// <summary>The files below a run-relative artifact path, each with its SHA-256 (mlflow-events.md §3.3).</summary>
/// <param name="Status">What came of it.</param>
/// <param name="Checksums">Relative path, joined with <c>/</c>, to 64 lower-case hex digits.</param>
/// <param name="Sizes">Relative path to size in bytes; same keys.</param>
/// <param name="Error">Why it failed, or null.</param>
public sealed record ArtifactSnapshot(
    ArtifactStatus Status,
    ImmutableSortedDictionary<string, string> Checksums,
    ImmutableSortedDictionary<string, long> Sizes,
    string? Error
)
{
    /// <summary>The status as the formats spell it.</summary>
    public string StatusText =>
        Status switch
        {
            ArtifactStatus.Hashed => "hashed",
            ArtifactStatus.NoArtifacts => "no_artifacts",
            _ => "hash_failed",
        };

    /// <summary>SHA-256 of the canonical map, 64 hex digits, or null where the map is empty.</summary>
    public string? Hash => Checksums.IsEmpty ? null : RecordHash.OfCanonical(ToJson());

    /// <summary>An empty map with its reason.</summary>
    public static ArtifactSnapshot Empty(ArtifactStatus status, string? error) =>
        new(
            status,
            ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
            ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal),
            error
        );

    /// <summary>The member <c>artifact_checksums</c>.</summary>
    public JsonObject ToJson()
    {
        var map = new JsonObject();
        foreach (var (path, hash) in Checksums)
        {
            map[path] = hash;
        }

        return map;
    }
}
