using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Artifacts;

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

    /// <summary>Hashes every file of a folder on this machine. No digest is taken from a cache.</summary>
    /// <exception cref="Hallmark.Core.Failures.BadInputException">The folder holds what cannot be hashed.</exception>
    /// <exception cref="Hallmark.Core.Failures.UnavailableException">Something cannot be read, or changed meanwhile.</exception>
    public static async Task<ArtifactSnapshot> OfFolderAsync(
        string folder,
        IProgress<HashingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var digests = await new FolderHasher(HashingOptions.ForMlflow).HashAsync(folder, progress, cancellationToken).ConfigureAwait(false);
        return digests.Files.IsEmpty
            ? Empty(ArtifactStatus.NoArtifacts, error: null)
            : new ArtifactSnapshot(
                ArtifactStatus.Hashed,
                digests.Files.ToImmutableSortedDictionary(file => file.Path, file => file.Digest.Hex, StringComparer.Ordinal),
                digests.Files.ToImmutableSortedDictionary(file => file.Path, file => file.Size, StringComparer.Ordinal),
                Error: null
            );
    }

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
