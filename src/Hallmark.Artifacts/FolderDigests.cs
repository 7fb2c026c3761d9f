using System.Collections.Immutable;

namespace Hallmark.Artifacts;

/// <summary>The digests of all files of a folder tree, ordered by path (ordinal). Empty where the folder holds no file.</summary>
/// <param name="Files">One for each file.</param>
public sealed record FolderDigests(ImmutableArray<FileDigest> Files)
{
    /// <summary>The sizes of all files together, in bytes.</summary>
    public long TotalSize => Files.Sum(file => file.Size);

    /// <summary>
    /// Path to lower-case digits: with <see cref="HashingOptions.ForMlflow"/>, <c>artifact_checksums</c> of mlflow-events §3.3. Enumerates in the order
    /// of the paths by UTF-16 code unit, which is also that of RFC 8785.
    /// </summary>
    public IReadOnlyDictionary<string, string> ToChecksums() =>
        Files.ToImmutableSortedDictionary(file => file.Path, file => file.Digest.Hex, StringComparer.Ordinal);
}
