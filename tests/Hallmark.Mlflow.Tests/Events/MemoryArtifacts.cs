using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Artifacts in memory; the test reads and changes them directly.</summary>
internal sealed class MemoryArtifacts(string uri) : IArtifactRepository
{
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public HashSet<string> EmptyFolders { get; } = new(StringComparer.Ordinal);

    public string Uri { get; } = uri;

    public string? LocalRoot => null;

    public async IAsyncEnumerable<ArtifactEntry> ListFilesAsync(
        string folder,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        foreach (var (path, content) in Files.ToList())
        {
            if (folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal))
            {
                yield return new ArtifactEntry(path, content.Length);
            }
        }
    }

    public Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(Files.TryGetValue(path, out var content) ? new MemoryStream(content, writable: false) : null);

    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Files[path] = content.ToArray();
        return Task.CompletedTask;
    }

    public Task<bool> FolderExistsAsync(string folder, CancellationToken cancellationToken) =>
        Task.FromResult(EmptyFolders.Contains(folder) || Files.Keys.Any(path => path.StartsWith(folder + "/", StringComparison.Ordinal)));
}
