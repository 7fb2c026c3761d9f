using System.Collections.Immutable;
using Hallmark.Artifacts;

namespace Hallmark.Mlflow.Events;

/// <summary>Reads what is recorded of a file's or folder's own bytes.</summary>
public static class ContentReading
{
    /// <summary>Hashes a file, or a folder tree file by file (hidden and empty files count; links to folders are not followed).</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="name">The name to record it under, or null for the last part of its path.</param>
    /// <param name="isDataset">True for a dataset.</param>
    /// <param name="progress">Told of each step; may be null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Hallmark.Core.Failures.BadInputException">There is nothing there, or something in it cannot be hashed.</exception>
    /// <exception cref="Hallmark.Core.Failures.UnavailableException">Something cannot be read, or changed meanwhile.</exception>
    public static async Task<ContentFacts> ReadAsync(
        string path,
        string? name,
        bool isDataset,
        IProgress<HashingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var shown = name ?? Path.GetFileName(full);
        if (Directory.Exists(full))
        {
            var folder = await new FolderHasher(HashingOptions.Default).HashAsync(full, progress, cancellationToken).ConfigureAwait(false);
            return new ContentFacts(
                shown,
                isDataset,
                true,
                folder.ToChecksums().ToImmutableSortedDictionary(StringComparer.Ordinal),
                folder.TotalSize
            );
        }

        var file = await new FileHasher(HashingOptions.Default).HashAsync(full, progress, cancellationToken).ConfigureAwait(false);
        var checksums = ImmutableSortedDictionary
            .Create<string, string>(StringComparer.Ordinal)
            .Add(Path.GetFileName(full), file.Digest.Hex);
        return new ContentFacts(shown, isDataset, false, checksums, file.Size);
    }
}
