using System.Security.Cryptography;

namespace Hallmark.Files;

/// <summary>Files that take the place of older ones: whole and in one step, or not at all.</summary>
public static class ReplacedFile
{
    private const UnixFileMode AsTheUmaskSays = (UnixFileMode)0b110_110_110;

    /// <summary>
    /// Writes a file, in the place of another where there is one. It is written under a name of its own beside it and flushed, then renamed, so that nobody ever sees half of it, and has the mode of the one that it replaces;
    /// where that fails, the older one stays as it was, and nothing stays beside it. A symbolic link of that name is what is replaced.
    /// </summary>
    /// <param name="path">Where; the folder exists.</param>
    /// <param name="content">The bytes, whole.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is closed to this user, or a folder has that name.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full) ?? throw new IOException($"{path} is no place for a file");
        var temporary = Path.Combine(folder, $".{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}.new");
        try
        {
            if (!OperatingSystem.IsWindows() && File.Exists(full))
            {
                var mode = File.GetUnixFileMode(full);
                NewFile.Write(temporary, content, mode); // never open to more than the older one, not even now
                File.SetUnixFileMode(temporary, mode); // where the umask took from it
            }
            else
            {
                NewFile.Write(temporary, content, AsTheUmaskSays);
            }

            File.Move(temporary, full, overwrite: true);
            PosixFile.SyncFolder(folder);
        }
        finally
        {
            File.Delete(temporary); // where it still has that name
        }
    }
}
