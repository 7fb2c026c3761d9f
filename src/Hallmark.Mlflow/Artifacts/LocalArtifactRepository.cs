using System.Runtime.CompilerServices;
using Hallmark.Artifacts;
using Hallmark.Artifacts.Files;
using Hallmark.Files;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Artifacts;

/// <summary>
/// Artifacts in a folder of this machine. Symbolic links are followed while they stay below the root; one that leaves it is an error, never a read or write.
/// </summary>
/// <remarks>Who controls the folder can change, add and remove files; what was recorded about them shows it. They cannot make this read files elsewhere.</remarks>
public sealed class LocalArtifactRepository : IArtifactRepository
{
    private const int MaxDepth = 128;
    private const int BufferSize = 1 << 16;
    private readonly string _root;

    /// <param name="location">A local place; need not exist.</param>
    /// <exception cref="ArgumentException">The place is not on this machine.</exception>
    public LocalArtifactRepository(ArtifactUri location)
    {
        ArgumentNullException.ThrowIfNull(location);
        if (!location.IsLocal)
        {
            throw new ArgumentException("Not a place on this machine", nameof(location));
        }

        Uri = location.ToString();
        _root = location.Path;
    }

    /// <inheritdoc />
    public string Uri { get; }

    /// <inheritdoc />
    public string? LocalRoot => _root;

    /// <inheritdoc />
    public async IAsyncEnumerable<ArtifactEntry> ListFilesAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder = folder.TrimEnd('/');
        var start = folder.Length == 0 ? Inside("") : Inside(ArtifactPath.Check(folder));
        if (!Directory.Exists(start))
        {
            yield break;
        }

        var pending = new Stack<IEnumerator<Node>>();
        pending.Push(NodesOf(start, folder).AsEnumerable().GetEnumerator());
        try
        {
            while (pending.TryPeek(out var nodes))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!nodes.MoveNext())
                {
                    pending.Pop().Dispose();
                }
                else if (nodes.Current is { IsFolder: false } file)
                {
                    yield return new ArtifactEntry(file.Path, SizeOf(file));
                }
                else if (pending.Count >= MaxDepth)
                {
                    throw new MlflowFormatException(
                        $"The artifact folder '{Printable.Text(nodes.Current.Path)}' is more than {MaxDepth} levels deep; its links may go round in circles"
                    );
                }
                else
                {
                    var next = await Task.Run(() => NodesOf(nodes.Current.FullPath, nodes.Current.Path), cancellationToken)
                        .ConfigureAwait(false);
                    pending.Push(next.AsEnumerable().GetEnumerator());
                }
            }
        }
        finally
        {
            foreach (var nodes in pending)
            {
                nodes.Dispose();
            }
        }
    }

    /// <inheritdoc />
    /// <exception cref="MlflowFormatException">It is a pipe, a socket or a device, which is never waited for.</exception>
    /// <exception cref="MlflowUnavailableException">The file is there and cannot be read.</exception>
    public Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = Inside(ArtifactPath.Check(path));
        try
        {
            return Task.FromResult<Stream?>(Directory.Exists(file) ? null : RegularFile.TryOpen(file, BufferSize));
        }
        catch (ArtifactRefusedException e)
        {
            throw new MlflowFormatException($"The artifact '{Printable.Text(path)}' below {_root} is no regular file", e);
        }
        catch (ArtifactUnreadableException e)
        {
            throw Unreadable(path, e.InnerException ?? e);
        }
    }

    /// <inheritdoc />
    /// <exception cref="MlflowUnavailableException">The folder cannot be written to.</exception>
    public async Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var slash = ArtifactPath.Check(path).LastIndexOf('/');
        var folder = Inside(slash < 0 ? "" : path[..slash]);
        var target = Path.Combine(folder, path[(slash + 1)..]);
        if (Directory.Exists(target))
        {
            throw new MlflowFormatException($"The artifact '{Printable.Text(path)}' cannot be written: there is a folder of that name");
        }

        try
        {
            Directory.CreateDirectory(folder);
            await AtomicFile.ReplaceAsync(target, content, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (PathTooLongException e)
        {
            throw new MlflowFormatException(
                $"The artifact '{Printable.Text(path)}' cannot be written: the name is longer than the file system allows",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MlflowUnavailableException(
                $"The artifact '{Printable.Text(path)}' could not be written below {_root}: {e.Message}",
                e
            );
        }
    }

    private Node[] NodesOf(string folder, string path)
    {
        try
        {
            var nodes = new DirectoryInfo(folder)
                .EnumerateFileSystemInfos(
                    "*",
                    new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }
                )
                .Where(entry => !RealPath.IsGone(entry))
                .Select(entry => NodeOf(entry, path))
                .ToArray();
            Array.Sort(nodes, (a, b) => string.CompareOrdinal(a.SortKey, b.SortKey));
            return nodes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private long SizeOf(Node file)
    {
        try
        {
            return new FileInfo(file.FullPath).Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file.Path, e); // removed since its folder was listed
        }
    }

    private Node NodeOf(FileSystemInfo entry, string parent)
    {
        var path = ArtifactPath.Check(parent.Length == 0 ? entry.Name : parent + "/" + entry.Name);
        var isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
        var full = isLink ? Inside(path) : entry.FullName;
        var isFolder = isLink ? Directory.Exists(full) : entry is DirectoryInfo;
        if (!isFolder && !File.Exists(full))
        {
            throw new MlflowFormatException(
                isLink
                    ? $"The artifact '{Printable.Text(path)}' is a symbolic link that leads nowhere"
                    : $"The artifact '{Printable.Text(path)}' has a name that is not valid UTF-8"
            );
        }

        return new Node(path, full, isFolder);
    }

    /// <summary>The real absolute path of an already checked relative one.</summary>
    private string Inside(string relativePath)
    {
        var root = RealPath.Of(_root);
        var real = root is null ? null : RealPath.Of(Path.Combine(root, relativePath));
        if (root is null || real is null)
        {
            throw new MlflowFormatException(
                $"The symbolic links of the artifact '{Printable.Text(relativePath)}' below {_root} go round in circles"
            );
        }

        return RealPath.IsWithin(root, real)
            ? real
            : throw new MlflowFormatException(
                $"The artifact '{Printable.Text(relativePath)}' is or passes a symbolic link that leaves {_root}"
            );
    }

    private MlflowUnavailableException Unreadable(string path, Exception cause) =>
        new(
            $"The artifact '{Printable.Text(path)}' below {_root} cannot be read: {cause.Message}",
            cause,
            "check the permissions of the file and its folders"
        );

    private sealed record Node(string Path, string FullPath, bool IsFolder)
    {
        // With the slash that its children carry a folder sorts where they do.
        public string SortKey => IsFolder ? Path + "/" : Path;
    }
}
