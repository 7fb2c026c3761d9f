using System.Collections.Immutable;

namespace Hallmark.Mlflow.Events;

/// <summary>The content of a file or folder.</summary>
/// <param name="Name">The name it is recorded under.</param>
/// <param name="IsDataset">True for a dataset, false for a file of any other kind.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="Checksums">Relative path to SHA-256, 64 lower-case hex digits; a single file has one entry under its own name.</param>
/// <param name="SizeInBytes">All files together.</param>
public sealed record ContentFacts(
    string Name,
    bool IsDataset,
    bool IsFolder,
    ImmutableSortedDictionary<string, string> Checksums,
    long SizeInBytes
)
{
    /// <summary>A file's SHA-256; for a folder the SHA-256 of the canonical map of its files. 64 lower-case hex digits.</summary>
    public string Digest => IsFolder ? RecordHash.OfCanonical(ContentPayload.FilesOf(this)) : Checksums.Values.Single();
}
