namespace Hallmark.Mlflow.Artifacts;

/// <summary>A tree of artifacts below one URI. Paths are relative, joined with <c>/</c>, and never leave the root.</summary>
public interface IArtifactRepository
{
    /// <summary>The URI that was opened, after relocation.</summary>
    string Uri { get; }

    /// <summary>The root's absolute path where the artifacts lie on this machine, else null.</summary>
    string? LocalRoot { get; }

    /// <summary>All files below a folder, recursively, in ordinal order of their paths; empty where the folder does not exist or is a file.</summary>
    /// <exception cref="Stores.MlflowFormatException">The listing names a path that is absolute, contains <c>..</c>, or leaves the root.</exception>
    IAsyncEnumerable<ArtifactEntry> ListFilesAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Opens a file for reading as a stream, or null where there is no such file.</summary>
    Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Writes a file whole, replacing it; readers see the old or the new one, where the store allows it.</summary>
    Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>True where the folder exists, empty or not. A store that keeps no empty folders (object stores, servers) says false for them.</summary>
    async Task<bool> FolderExistsAsync(string folder, CancellationToken cancellationToken)
    {
        if (LocalRoot is { } root)
        {
            return Directory.Exists(Path.Combine(root, folder));
        }

        await foreach (var _ in ListFilesAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }
}
