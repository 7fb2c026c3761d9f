using Hallmark.Artifacts;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Copies a model's files from wherever they lie into a folder that only the caller can reach, so that what is hashed afterwards is what will be used. Symbolic links
/// are not followed but refused. Files are streamed; neither their number nor their sizes are taken on the store's word.
/// </summary>
/// <param name="limits">How much is copied at most.</param>
/// <param name="ignoredFileNames">Names (last segments) of files that are left out, at any depth.</param>
public sealed class ArtifactCopier(CopyLimits limits, IReadOnlyCollection<string> ignoredFileNames)
{
    private const int Connections = 4;
    private readonly FolderCopier _local = new(limits, ignoredFileNames);

    /// <summary>Copies the files; nothing is copied, and nothing is wrong, where a place holds none.</summary>
    /// <param name="located">Where they lie; of equal names the first place's is copied.</param>
    /// <param name="target">The folder to copy into; exists, and is empty.</param>
    /// <param name="cancellationToken">Ends the work; what was copied stays.</param>
    /// <exception cref="BadInputException">A file is no regular one, a path or a link leaves its root, or there is more than the limits allow.</exception>
    /// <exception cref="UnavailableException">The store does not answer, a file changed meanwhile, or the copy cannot be written.</exception>
    public async Task CopyAsync(LocatedArtifacts located, string target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(located);
        ArgumentNullException.ThrowIfNull(target);
        var budget = new CopyBudget(limits, located.Path ?? "the model");
        foreach (var place in located.Places)
        {
            if (place.Repository.LocalRoot is { } root)
            {
                await CopyLocalAsync(root, place.Folder, target, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await CopyRemoteAsync(place, target, budget, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task CopyLocalAsync(string root, string folder, string target, CancellationToken cancellationToken)
    {
        var path = root;
        foreach (var segment in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, segment);
            if (new DirectoryInfo(path).LinkTarget is not null)
            {
                throw new BadInputException(
                    $"the artifact folder {path} is a symbolic link, and only the files themselves are copied",
                    "put the folder itself there"
                );
            }
        }

        if (Directory.Exists(path))
        {
            await _local.CopyAsync(path, target, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            RepositoryHasher.RefuseUnknownPlace(root);
        }
    }

    private async Task CopyRemoteAsync(ArtifactPlace place, string target, CopyBudget budget, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken };
        await Parallel
            .ForEachAsync(
                place.Repository.ListFilesAsync(place.Folder, cancellationToken),
                options,
                async (entry, token) =>
                {
                    if (
                        ArtifactFolder.Below(place.Folder, entry.Path) is not { } relative
                        || ignoredFileNames.Contains(relative[(relative.LastIndexOf('/') + 1)..])
                    )
                    {
                        return;
                    }

                    budget.TakeFile(ArtifactPath.Check(relative));
                    var copy = Path.Combine(target, relative);
                    if (!File.Exists(copy))
                    {
                        await CopyFileAsync(place.Repository, entry.Path, copy, budget, token).ConfigureAwait(false);
                    }
                }
            )
            .ConfigureAwait(false);
    }

    private static async Task CopyFileAsync(
        IArtifactRepository repository,
        string path,
        string target,
        CopyBudget budget,
        CancellationToken cancellationToken
    )
    {
        var stream = await ListedArtifact.OpenAsync(repository, path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var copy = CopiedFile.Make(target);
            await using (copy.ConfigureAwait(false))
            {
                var buffer = new byte[1 << 16];
                int read;
                while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    budget.TakeBytes(read);
                    await CopiedFile.WriteAsync(copy, buffer.AsMemory(0, read), target, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }
}
