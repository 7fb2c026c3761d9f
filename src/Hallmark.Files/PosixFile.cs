using System.Runtime.InteropServices;

namespace Hallmark.Files;

/// <summary>What POSIX can and the base library cannot: name a file without replacing another, and make a name durable.</summary>
internal static partial class PosixFile
{
    /// <summary>Gives a file a second name, in one step.</summary>
    /// <param name="existing">The file.</param>
    /// <param name="name">Its second name.</param>
    /// <param name="reason">Why not, in the system's words; empty on success.</param>
    /// <returns>False where the name is taken, or for any other reason.</returns>
    public static bool TryLink(string existing, string name, out string reason)
    {
        var linked = Link(existing, name) == 0;
        reason = linked ? "" : Marshal.GetLastPInvokeErrorMessage();
        return linked;
    }

    /// <summary>Syncs a folder, and with it the names of its files. Windows needs no such thing.</summary>
    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw new IOException($"{folder} cannot be opened to sync it ({Marshal.GetLastPInvokeErrorMessage()})");
        }

        var synced = Fsync(descriptor) == 0;
        var reason = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (!synced)
        {
            throw new IOException($"{folder} cannot be synced to disk ({reason})");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
