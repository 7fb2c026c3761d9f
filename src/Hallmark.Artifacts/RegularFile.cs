using Hallmark.Artifacts.Files;

namespace Hallmark.Artifacts;

/// <summary>
/// Opens regular files and nothing else. Where others may write to a folder, any name in it may be a pipe, which keeps whoever opens it waiting for ever, or a device, which never
/// ends. (Outside Linux the base library cannot tell a pipe from a file.)
/// </summary>
public static class RegularFile
{
    /// <summary>Opens a file to be read from its beginning to its end; symbolic links are followed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bufferSize">How many bytes are read ahead; 0 for none.</param>
    /// <returns>Null where nothing has that name, or a link of that name leads nowhere.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bufferSize"/> is negative.</exception>
    /// <exception cref="ArtifactRefusedException">It is a folder, a pipe, a socket or a device.</exception>
    /// <exception cref="ArtifactUnreadableException">It may not be opened.</exception>
    public static FileStream? TryOpen(string path, int bufferSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(bufferSize);
        // The system would read a path with a zero character only up to it, and so open another file.
        if (path.Contains('\0', StringComparison.Ordinal) || DiskFiles.Find(path, followLink: true) is not { } found)
        {
            return null;
        }

        // Before opening, since that alone can set a device going; and again of what was opened, since the name may be another's by then.
        RequireRegular(found.Kind, path);
        if (DiskFiles.Open(path) is not { } handle)
        {
            return null;
        }

        try
        {
            RequireRegular(DiskFiles.Read(handle, path).Kind, path);
            return new FileStream(handle, FileAccess.Read, bufferSize, isAsync: false);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void RequireRegular(FileKind kind, string path)
    {
        if (kind is not FileKind.Regular)
        {
            throw ArtifactErrors.NotARegularFile(path, kind);
        }
    }
}
