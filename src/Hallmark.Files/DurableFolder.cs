namespace Hallmark.Files;

/// <summary>Folders that are on disk together with their names.</summary>
public static class DurableFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder for its owner only, and those above it that are missing, which are as the umask says. Nothing happens where it exists.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">A folder cannot be made or synced, or a file has its name.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder above is closed to this user.</exception>
    public static void CreatePrivate(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parents = new List<string>();
        for (var folder = full; !Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent; folder = parent)
        {
            parents.Add(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(full);
        }
        else
        {
            Directory.CreateDirectory(full, OwnerOnly);
        }

        parents.ForEach(Sync);
    }

    /// <summary>Syncs a folder, and with it the names of what is in it. Windows needs no such thing.</summary>
    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void Sync(string folder) => PosixFile.SyncFolder(folder);
}
