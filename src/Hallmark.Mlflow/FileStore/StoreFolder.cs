using System.Text;
using Hallmark.Artifacts;
using Hallmark.Artifacts.Files;
using Hallmark.Files;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>The folder that a file store lives in, and the only way to its files: nothing outside the folder is ever read or written.</summary>
internal sealed class StoreFolder
{
    private const int MaxPathLength = 4096;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <param name="root">An existing folder.</param>
    public StoreFolder(string root) =>
        Root = RealPath.Of(Path.GetFullPath(root)) ?? throw new MlflowFormatException($"The symbolic links of {root} go round in circles");

    /// <summary>The folder's real absolute path.</summary>
    public string Root { get; }

    /// <summary>The folder's or file's place below the root, for messages.</summary>
    public string NameOf(string path) => Printable.Text(Path.GetRelativePath(Root, path));

    /// <summary>An absolute path from parts that were checked or listed; links are followed, and must not leave the root.</summary>
    /// <exception cref="MlflowFormatException">The path leaves the root or is too long.</exception>
    public string Inside(params ReadOnlySpan<string> parts)
    {
        var path = Root;
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
        }

        return path.Length > MaxPathLength
            ? throw new MlflowFormatException($"A path below {Root} is longer than {MaxPathLength} characters")
            : InsideReal(path);
    }

    /// <summary>What a folder holds, in ordinal order; nothing where there is no such folder.</summary>
    /// <exception cref="MlflowFormatException">The folder or an entry is a link that leaves the root or leads nowhere, or a name is not UTF-8.</exception>
    public IReadOnlyList<StoreEntry> List(string folder) =>
        Guarded(
            folder,
            () =>
            {
                var real = InsideReal(folder);
                if (!Directory.Exists(real))
                {
                    return [];
                }

                var entries = new DirectoryInfo(real)
                    .EnumerateFileSystemInfos("*", Everything)
                    .Select(EntryOf)
                    .OfType<StoreEntry>()
                    .ToArray();
                Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));
                return (IReadOnlyList<StoreEntry>)entries;
            }
        );

    /// <summary>A file's text: strict UTF-8, bounded.</summary>
    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="MlflowFormatException">The file is longer than the bound or not UTF-8.</exception>
    public string? ReadText(string path, int maxBytes) =>
        Guarded(
            path,
            () =>
            {
                var file = InsideReal(path);
                if (Directory.Exists(file))
                {
                    return null;
                }

                using var stream = RegularFile.TryOpen(file, bufferSize: 0);
                if (stream is null)
                {
                    return null;
                }

                if (stream.Length > maxBytes)
                {
                    throw new MlflowFormatException(
                        $"{NameOf(path)} in the MLflow store has {stream.Length} bytes; at most {maxBytes} make sense"
                    );
                }

                var bytes = new byte[stream.Length];
                var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                try
                {
                    return StrictUtf8.GetString(bytes, 0, length);
                }
                catch (DecoderFallbackException e)
                {
                    throw new MlflowFormatException($"{NameOf(path)} in the MLflow store is not UTF-8", e);
                }
            }
        );

    /// <summary>Runs something that touches the disk; its failures come out as ours.</summary>
    /// <exception cref="MlflowUnavailableException">The disk refuses.</exception>
    /// <exception cref="MlflowFormatException">It is a pipe, a socket or a device.</exception>
    public T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArtifactRefusedException e)
        {
            throw new MlflowFormatException($"{NameOf(path)} in the MLflow store at {Root} is no regular file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArtifactUnreadableException)
        {
            throw new MlflowUnavailableException(
                $"{NameOf(path)} in the MLflow store at {Root} cannot be read: {(e as ArtifactUnreadableException)?.InnerException?.Message ?? e.Message}",
                e,
                "check the permissions of the file and its folders"
            );
        }
    }

    private string InsideReal(string path)
    {
        var real =
            RealPath.Of(path)
            ?? throw new MlflowFormatException($"The symbolic links of {NameOf(path)} in the MLflow store go round in circles");
        return RealPath.IsWithin(Root, real)
            ? real
            : throw new MlflowFormatException(
                $"{NameOf(path)} in the MLflow store is or passes a symbolic link that leaves {Root}",
                "move what it points to into the store, or copy the store with its links resolved"
            );
    }

    private StoreEntry? EntryOf(FileSystemInfo entry)
    {
        if (RealPath.IsGone(entry))
        {
            return null; // Others write to the store while it is read.
        }

        if (!entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            // Bytes that are not UTF-8 come as U+FFFD, and the path that they give does not exist.
            return !entry.Name.Contains('\uFFFD', StringComparison.Ordinal) || Path.Exists(entry.FullName)
                ? new StoreEntry(entry.Name, entry.FullName, entry is DirectoryInfo)
                : throw new MlflowFormatException(
                    $"A name in {NameOf(Path.GetDirectoryName(entry.FullName) ?? Root)} of the MLflow store is not UTF-8"
                );
        }

        var real = InsideReal(entry.FullName);
        return Path.Exists(real)
            ? new StoreEntry(entry.Name, real, Directory.Exists(real))
            : throw new MlflowFormatException($"{NameOf(entry.FullName)} in the MLflow store is a symbolic link that leads nowhere");
    }
}
