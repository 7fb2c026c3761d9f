using System.Runtime.InteropServices;
using System.Text;

namespace Hallmark.Sqlite;

/// <summary>The one path of a file, whichever symbolic links it was named by: as the system follows them, and so as SQLite does.</summary>
internal static unsafe partial class RealFile
{
    private const int LongestPath = 4096; // PATH_MAX of Linux, the largest there is, with its closing zero

    /// <summary>Follows all links of an absolute path. Of a file that is not there its folder's are followed; what cannot be followed, or on Windows, stays as it is.</summary>
    public static string Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return path;
        }

        return Find(path)
            ?? (Path.GetDirectoryName(path) is { } folder && Find(folder) is { } real ? Path.Combine(real, Path.GetFileName(path)) : path);
    }

    private static string? Find(string path)
    {
        var room = stackalloc byte[LongestPath];
        return Follow(path, room) is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(room));
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial byte* Follow(string path, byte* room);
}
