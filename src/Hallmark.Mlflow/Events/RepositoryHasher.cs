using System.Collections.Concurrent;
using Hallmark.Artifacts;
using Hallmark.Core.Failures;
using Hallmark.Files;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Hashes the files of a repository's folder: from the disk where they lie on this machine, else streaming, several at once. Bounded memory either way.</summary>
internal static class RepositoryHasher
{
    private const int LevelsBelowPlace = 4;
    private static readonly FileHasher Streams = new(HashingOptions.ForMlflow);

    /// <summary>Relative path to digest, or null where there is no such folder. A single file instead of a folder gives an empty map.</summary>
    /// <exception cref="UnavailableException">The store does not answer, or a file cannot be read or changes meanwhile.</exception>
    public static async Task<IReadOnlyDictionary<string, FileDigest>?> HashAsync(
        IArtifactRepository repository,
        string folder,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        var hashed = repository.LocalRoot is { } root
            ? await HashLocalAsync(root, folder, hashing, cancellationToken).ConfigureAwait(false)
            : await HashRemoteAsync(repository, folder, hashing, cancellationToken).ConfigureAwait(false);
        return hashed is { Count: > 0 } || await ExistsAsync(repository, folder, cancellationToken).ConfigureAwait(false) ? hashed : null;
    }

    private static async Task<IReadOnlyDictionary<string, FileDigest>> HashLocalAsync(
        string root,
        string folder,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        var path = Path.Combine(root, folder);
        if (!Directory.Exists(path))
        {
            RefuseUnknownPlace(root);
            return new Dictionary<string, FileDigest>(StringComparer.Ordinal);
        }

        RefuseEscape(root, path);
        var digests = await new FolderHasher(HashingOptions.ForMlflow with { Cache = hashing.Cache })
            .HashAsync(path, hashing.Progress, cancellationToken)
            .ConfigureAwait(false);
        return digests.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
    }

    /// <summary>
    /// MLflow makes folders when it needs them: <c>&lt;place&gt;/&lt;experiment&gt;/&lt;run&gt;/artifacts</c>, or <c>…/models/&lt;model&gt;/artifacts</c>. A folder of these that is gone
    /// is a finding; where not even the place exists, the store was moved, and nothing can be said of its artifacts.
    /// </summary>
    /// <exception cref="MlflowUnavailableException">Not even the place exists.</exception>
    public static void RefuseUnknownPlace(string root)
    {
        var place = Path.TrimEndingDirectorySeparator(root);
        for (var level = 0; level < LevelsBelowPlace; level++)
        {
            if (Directory.Exists(place) || Path.GetDirectoryName(place) is not { } above)
            {
                return;
            }

            place = above;
        }

        if (!Directory.Exists(place))
        {
            throw new MlflowUnavailableException(
                $"the artifacts should lie at {root}, and nothing of that path is on this machine",
                $"if the store was moved or restored, say where it lies now: --relocate {place}=NEW"
            );
        }
    }

    // The folder hasher keeps inside the folder it is given; links on the way there could lead to any place of this machine.
    private static void RefuseEscape(string root, string path)
    {
        string? realRoot;
        string? real;
        try
        {
            realRoot = RealPath.Of(Path.GetFullPath(root));
            real = RealPath.Of(Path.GetFullPath(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MlflowUnavailableException($"the artifact folder {path} cannot be read: {e.Message}", e);
        }

        if (realRoot is null || real is null || !RealPath.IsWithin(realRoot, real))
        {
            throw new BadInputException(
                $"the artifact folder {path} is or passes a link that leads out of {root}",
                "put the files themselves there"
            );
        }
    }

    private static async Task<IReadOnlyDictionary<string, FileDigest>> HashRemoteAsync(
        IArtifactRepository repository,
        string folder,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        var hashed = new ConcurrentDictionary<string, FileDigest>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel
            .ForEachAsync(
                repository.ListFilesAsync(folder, cancellationToken),
                options,
                async (entry, token) =>
                {
                    var relative = ArtifactFolder.Below(folder, entry.Path);
                    if (relative is not null && relative[(relative.LastIndexOf('/') + 1)..] != HashingOptions.MlflowBookkeepingFile)
                    {
                        hashed[relative] = await HashFileAsync(repository, entry.Path, hashing, token).ConfigureAwait(false);
                    }
                }
            )
            .ConfigureAwait(false);
        return hashed;
    }

    private static async Task<FileDigest> HashFileAsync(
        IArtifactRepository repository,
        string path,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        var stream = await ListedArtifact.OpenAsync(repository, path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await Streams.HashStreamAsync(stream, path, hashing.Progress, cancellationToken).ConfigureAwait(false);
        }
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

        var stream = await repository.OpenReadAsync(folder, cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            return false;
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        return true;
    }
}
