using System.Security.Cryptography;

namespace Hallmark.Files;

/// <summary>Files that are made once: whole or not at all, never over another, and on disk together with their name.</summary>
public static class NewFile
{
    /// <summary>Makes a file. It is written under a name of its own and flushed, then given its name in one step, so that nobody ever sees half of it.</summary>
    /// <param name="path">Where; the folder exists.</param>
    /// <param name="content">The bytes, whole.</param>
    /// <param name="mode">The mode from its first byte on, less what the umask takes away; without meaning on Windows.</param>
    /// <returns>False where something of that name exists already, a broken link too; it is left alone.</returns>
    /// <exception cref="IOException">The file cannot be written, or the file system cannot name it without replacing another.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is closed to this user.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new IOException($"{path} is no place for a file");

        // Of its own length, whatever the name's: a name may have 255 bytes, and this one must not be the one that is too long.
        var temporary = Path.Combine(folder, $".{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}.new");
        try
        {
            Write(temporary, content, mode);
            if (!TryGiveName(temporary, path))
            {
                return false;
            }

            PosixFile.SyncFolder(folder);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Whether anything has that name, a broken link too.</summary>
    public static bool IsTaken(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    /// <summary>
    /// Gives the finished file its name unless something has it. <see cref="File.Move(string, string, bool)"/> looks first and renames then, so that of two
    /// processes the second would replace the first one's file; a hard link is refused by the system itself.
    /// </summary>
    private static bool TryGiveName(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (PosixFile.TryLink(temporary, path, out var reason))
            {
                return true;
            }

            return IsTaken(path)
                ? false
                : throw new IOException(
                    $"the file system cannot give a finished file this name without replacing another ({reason}): it needs hard links, and names of at most 255 bytes"
                );
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (IsTaken(path))
        {
            return false;
        }
    }

    /// <summary>Writes a new file under a name that nobody else knows, and flushes it.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using var stream = new FileStream(path, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }
}
