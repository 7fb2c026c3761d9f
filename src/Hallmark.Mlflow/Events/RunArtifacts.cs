using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Finds and hashes the files that a run-relative path stands for (mlflow-events.md §2 and §3.3), streaming, several files at once.</summary>
public static class RunArtifacts
{
    /// <summary>MLflow's own bookkeeping file, left out at any depth.</summary>
    public const string BookkeepingFile = "registered_model_meta";

    private const int ChunkSizeInBytes = 128 * 1024;

    /// <summary>Hashes the files below a run-relative path: the run's own, overlaid with those of the MLflow 3 logged model of that name.</summary>
    /// <returns><see cref="ArtifactStatus.HashFailed"/> where nothing of that name exists.</returns>
    /// <exception cref="MlflowUnavailableException">The store does not answer.</exception>
    public static async Task<ArtifactSnapshot> HashAsync(IMlflowStore store, MlflowRun run, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(run);
        var folder = ArtifactFolder.Normalize(path);
        var files = new SortedDictionary<string, (IArtifactRepository Repository, string Path)>(StringComparer.Ordinal);
        var own = store.OpenArtifacts(run.ArtifactUri);
        await CollectAsync(own, folder, files, cancellationToken).ConfigureAwait(false);
        var exists = files.Count > 0;
        if (await FindLoggedModelAsync(store, run, folder, cancellationToken).ConfigureAwait(false) is { } model)
        {
            exists = true;
            var slash = folder.IndexOf('/', StringComparison.Ordinal);
            await CollectAsync(store.OpenArtifacts(model.ArtifactUri), slash < 0 ? "" : folder[(slash + 1)..], files, cancellationToken).ConfigureAwait(false);
        }

        if (!exists && !await ExistsAsync(own, folder, cancellationToken).ConfigureAwait(false))
        {
            return ArtifactSnapshot.Empty(ArtifactStatus.HashFailed, $"the run {run.RunId} has no artifacts at \"{folder}\"");
        }

        return await HashAsync(files, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hashes all files of a repository's folder.</summary>
    /// <returns><see cref="ArtifactStatus.HashFailed"/> where there is no such folder.</returns>
    public static async Task<ArtifactSnapshot> HashAsync(IArtifactRepository repository, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var files = new SortedDictionary<string, (IArtifactRepository Repository, string Path)>(StringComparer.Ordinal);
        await CollectAsync(repository, ArtifactFolder.Normalize(folder), files, cancellationToken).ConfigureAwait(false);
        return files.Count == 0 && !await ExistsAsync(repository, folder, cancellationToken).ConfigureAwait(false)
            ? ArtifactSnapshot.Empty(ArtifactStatus.HashFailed, $"there are no artifacts at \"{folder}\" of {repository.Uri}")
            : await HashAsync(files, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The MLflow 3 logged models that a run made, in the run's order.</summary>
    public static async Task<IReadOnlyList<LoggedModel>> ListLoggedModelsAsync(IMlflowStore store, MlflowRun run, CancellationToken cancellationToken)
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

    // A model logged twice under one name: the one that the run names last, as MLflow's own client does.
    private static async Task<LoggedModel?> FindLoggedModelAsync(IMlflowStore store, MlflowRun run, string folder, CancellationToken cancellationToken)
    {
        var name = folder.Split('/')[0];
        var models = await ListLoggedModelsAsync(store, run, cancellationToken).ConfigureAwait(false);
        return models.LastOrDefault(model => model.Name == name && model.SourceRunId == run.RunId);
    }

    private static async Task<bool> ExistsAsync(IArtifactRepository repository, string folder, CancellationToken cancellationToken)
    {
        if (await repository.FolderExistsAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        if (folder.Length == 0)
        {
            return false;
        }

        // A single file instead of a folder stands for an empty map.
        var stream = await repository.OpenReadAsync(folder, cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            return false;
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        return true;
    }

    private static async Task CollectAsync(
        IArtifactRepository repository,
        string folder,
        SortedDictionary<string, (IArtifactRepository Repository, string Path)> files,
        CancellationToken cancellationToken)
    {
        await foreach (var entry in repository.ListFilesAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            var relative = ArtifactFolder.Below(folder, entry.Path);
            if (relative is not null && relative[(relative.LastIndexOf('/') + 1)..] != BookkeepingFile)
            {
                files[relative] = (repository, entry.Path);
            }
        }
    }

    private static async Task<ArtifactSnapshot> HashAsync(
        SortedDictionary<string, (IArtifactRepository Repository, string Path)> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return ArtifactSnapshot.Empty(ArtifactStatus.NoArtifacts, null);
        }

        var hashed = new ConcurrentDictionary<string, (string Hash, long Size)>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            files,
            options,
            async (file, token) => hashed[file.Key] = await HashFileAsync(file.Value.Repository, file.Value.Path, token).ConfigureAwait(false)).ConfigureAwait(false);
        return new ArtifactSnapshot(
            ArtifactStatus.Hashed,
            hashed.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Hash, StringComparer.Ordinal),
            hashed.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Size, StringComparer.Ordinal),
            null);
    }

    private static async Task<(string Hash, long Size)> HashFileAsync(IArtifactRepository repository, string path, CancellationToken cancellationToken)
    {
        var stream = await repository.OpenReadAsync(path, cancellationToken).ConfigureAwait(false)
            ?? throw new MlflowUnavailableException($"the artifact \"{path}\" was listed and then was gone: {repository.Uri} is being changed", "run the command again");
        await using (stream.ConfigureAwait(false))
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = ArrayPool<byte>.Shared.Rent(ChunkSizeInBytes);
            try
            {
                var size = 0L;
                int read;
                while ((read = await stream.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false)) > 0)
                {
                    sha.AppendData(buffer.AsSpan(0, read));
                    size += read;
                }

                return (Convert.ToHexStringLower(sha.GetHashAndReset()), size);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
