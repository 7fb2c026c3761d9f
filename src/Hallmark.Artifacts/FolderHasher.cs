using Hallmark.Artifacts.Files;
using Hallmark.Artifacts.Folders;
using Hallmark.Artifacts.Hashing;

namespace Hallmark.Artifacts;

/// <summary>
/// Hashes every file of a folder tree, several at once, in bounded memory. Hidden and empty files count, folders leave no trace, links to files are
/// read through (inside the tree only), links to folders are not followed, names are taken as they are (mlflow-events §3.3).
/// </summary>
/// <param name="options">The hash function, the limits, and what is left out.</param>
public sealed class FolderHasher(HashingOptions options)
{
    /// <summary>Hashes the tree.</summary>
    /// <param name="path">The folder. Where it is a single file, the result is empty, as mlflow-events §3.3 has it; use <see cref="FileHasher"/> for that.</param>
    /// <param name="progress">Told of each step, from any thread; may be null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The digests, ordered by path; the same for the same tree, whatever the number of threads.</returns>
    /// <exception cref="ArtifactRefusedException">Something in the tree cannot be hashed: a link that escapes, a pipe, a name that is no UTF-8, too many files.</exception>
    /// <exception cref="ArtifactUnreadableException">Something cannot be read, or changed meanwhile.</exception>
    public Task<FolderDigests> HashAsync(string path, IProgress<HashingProgress>? progress, CancellationToken cancellationToken) =>
        Task.Run(() => Hash(path, progress, cancellationToken), cancellationToken);

    private FolderDigests Hash(string path, IProgress<HashingProgress>? progress, CancellationToken cancellationToken)
    {
        var named = FileToHash.FindNamed(path);
        if (named.Kind is FileKind.Regular)
        {
            return new FolderDigests([]);
        }

        if (named.Kind is not FileKind.Folder)
        {
            throw ArtifactErrors.NotARegularFile(path, named.Kind);
        }

        var files = FolderWalk.Find(path, options, cancellationToken);
        return new FolderDigests([.. FileSetHash.Compute(files, options, progress, cancellationToken)]);
    }
}
