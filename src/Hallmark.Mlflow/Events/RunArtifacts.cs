using System.Collections.Immutable;
using Hallmark.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Finds and hashes the files that a run-relative path stands for (mlflow-events.md §2 and §3.3).</summary>
public static class RunArtifacts
{
    private static readonly IReadOnlyDictionary<string, FileDigest> NoFiles = ImmutableDictionary<string, FileDigest>.Empty;

    /// <summary>Hashes the files below a run-relative path: the run's own, overlaid with those of the MLflow 3 logged model of that name.</summary>
    /// <returns><see cref="ArtifactStatus.HashFailed"/> where nothing of that name exists.</returns>
    /// <exception cref="Hallmark.Core.Failures.UnavailableException">The store does not answer, or a file cannot be read or changes meanwhile.</exception>
    /// <exception cref="Hallmark.Core.Failures.BadInputException">The path, or a link in the tree, leaves the run.</exception>
    public static async Task<ArtifactSnapshot> HashAsync(
        IMlflowStore store,
        MlflowRun run,
        string path,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        var places = await LocateAsync(store, run, path, cancellationToken).ConfigureAwait(false);
        return await HashAsync(new LocatedArtifacts(run, path, places), hashing, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<ArtifactSnapshot> HashAsync(
        LocatedArtifacts located,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        // Where there are two places, one is a logged model, which counts as found also where it holds no file.
        var isFound = located.Places.Length > 1;
        var files = new List<KeyValuePair<string, FileDigest>>();
        foreach (var place in located.Places)
        {
            var found = await RepositoryHasher.HashAsync(place.Repository, place.Folder, hashing, cancellationToken).ConfigureAwait(false);
            isFound |= found is not null;
            files.InsertRange(0, found ?? NoFiles);
        }

        return isFound
            ? ToSnapshot(files)
            : ArtifactSnapshot.Empty(
                ArtifactStatus.HashFailed,
                located.Run is { } run
                    ? $"the run {run.RunId} has no artifacts at \"{located.Path}\""
                    : $"there are no artifacts at {located.Path}"
            );
    }

    /// <summary>Where the files of a run-relative path lie: below the MLflow 3 logged model of that name, if there is one, and below the run. Of equal names the first place's counts.</summary>
    /// <exception cref="Hallmark.Core.Failures.BadInputException">The path leaves the run.</exception>
    public static async Task<ImmutableArray<ArtifactPlace>> LocateAsync(
        IMlflowStore store,
        MlflowRun run,
        string path,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(path);
        var folder = ArtifactFolder.Normalize(path);
        var own = new ArtifactPlace(store.OpenArtifacts(run.ArtifactUri), folder);
        if (await FindLoggedModelAsync(store, run, folder, cancellationToken).ConfigureAwait(false) is not { } model)
        {
            return [own];
        }

        // The logged model first: some servers take minutes to say that a run has no such path.
        var slash = folder.IndexOf('/', StringComparison.Ordinal);
        return [new ArtifactPlace(store.OpenArtifacts(model.ArtifactUri), slash < 0 ? "" : folder[(slash + 1)..]), own];
    }

    /// <summary>The MLflow 3 logged models that a run made, in the run's order.</summary>
    public static async Task<IReadOnlyList<LoggedModel>> ListLoggedModelsAsync(
        IMlflowStore store,
        MlflowRun run,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(run);
        var models = new List<LoggedModel>();
        foreach (var output in run.ModelOutputs)
        {
            if (await store.FindLoggedModelAsync(output.ModelId, cancellationToken).ConfigureAwait(false) is { } model)
            {
                models.Add(model);
            }
        }

        return models;
    }

    // A model logged twice under one name: the one that the run names last.
    private static async Task<LoggedModel?> FindLoggedModelAsync(
        IMlflowStore store,
        MlflowRun run,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var name = folder.Split('/')[0];
        var models = await ListLoggedModelsAsync(store, run, cancellationToken).ConfigureAwait(false);
        return models.LastOrDefault(model => model.Name == name && model.SourceRunId == run.RunId);
    }

    private static ArtifactSnapshot ToSnapshot(IEnumerable<KeyValuePair<string, FileDigest>> files)
    {
        var hashes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var sizes = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var (path, file) in files)
        {
            (hashes[path], sizes[path]) = (file.Digest.Hex, file.Size);
        }

        return hashes.Count == 0
            ? ArtifactSnapshot.Empty(ArtifactStatus.NoArtifacts, null)
            : new ArtifactSnapshot(ArtifactStatus.Hashed, hashes.ToImmutable(), sizes.ToImmutable(), null);
    }
}
