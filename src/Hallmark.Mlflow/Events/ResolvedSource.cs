using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>A model version's files, found and hashed.</summary>
/// <param name="Run">The run they came from, or null.</param>
/// <param name="Path">The run-relative path, else the artifact URI; null where the source says nothing.</param>
/// <param name="Artifacts">The files.</param>
internal sealed record ResolvedSource(MlflowRun? Run, string? Path, ArtifactSnapshot Artifacts)
{
    /// <summary>Follows a version's source to its files (see <see cref="LocatedArtifacts"/>) and hashes them.</summary>
    public static async Task<ResolvedSource> FindAsync(
        IMlflowStore store,
        string? runId,
        string? source,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        var located = await LocatedArtifacts.FindAsync(store, runId, source, cancellationToken).ConfigureAwait(false);
        if (located.Places.IsEmpty)
        {
            return new ResolvedSource(
                located.Run,
                null,
                ArtifactSnapshot.Empty(ArtifactStatus.HashFailed, $"the source {source ?? "(none)"} names no artifacts")
            );
        }

        return new ResolvedSource(
            located.Run,
            located.Path,
            await RunArtifacts.HashAsync(located, hashing, cancellationToken).ConfigureAwait(false)
        );
    }
}
