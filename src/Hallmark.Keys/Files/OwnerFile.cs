using Hallmark.Files;

namespace Hallmark.Keys.Files;

/// <summary>Files with secrets of other kinds than signing keys, under the same rules: created whole with mode 0600, never over another file, read only while nobody else can.</summary>
public static class OwnerFile
{
    /// <summary>Creates a file with mode 0600 from its first byte on, synced to disk together with its name; its folder is made for its owner only where it is missing.</summary>
    /// <returns>False where something of that name exists already; it is left alone.</returns>
    /// <exception cref="KeyException">Others may write to the folder.</exception>
    /// <exception cref="Core.Failures.UnavailableException">The file cannot be written.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        PrivateFile.EnsureFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new KeyException($"{path} is no place for a file"));
        return PrivateFile.TryCreate(path, content);
    }

    /// <summary>Reads a file: at most 64 KiB, and only where group and others have no access to it.</summary>
    /// <returns>The content in memory that does not move; the caller erases it.</returns>
    /// <exception cref="KeyException">It is missing, unreadable, too long, or open to others.</exception>
    public static byte[] Read(string path) => PrivateFile.Read(path);

    /// <summary>Whether anything has that name, a broken link too.</summary>
    public static bool IsTaken(string path) => NewFile.IsTaken(path);
}
