using Hallmark.Files;
using Microsoft.Win32.SafeHandles;

namespace Hallmark.Artifacts.Files;

/// <summary>Looks at files and opens them, with failures in our own words and paths in them.</summary>
internal static class DiskFiles
{
    /// <summary>What a name stands for; null where there is nothing.</summary>
    /// <exception cref="ArtifactUnreadableException">The system refuses to say.</exception>
    public static FileFacts? Find(string path, bool followLink)
    {
        try
        {
            return OperatingSystem.IsLinux() && LinuxFiles.IsUsable
                ? LinuxFiles.Find(path, followLink)
                : PortableFiles.Find(path, followLink);
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unreadable(path, exception, exception.Message);
        }
    }

    /// <summary>What the open file is now.</summary>
    /// <exception cref="ArtifactUnreadableException">The system refuses to say.</exception>
    public static FileFacts Read(SafeFileHandle handle, string path)
    {
        try
        {
            return OperatingSystem.IsLinux() && LinuxFiles.IsUsable ? LinuxFiles.Read(handle) : PortableFiles.Read(handle);
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unreadable(path, exception, exception.Message);
        }
    }

    /// <summary>Opens a file for reading; null where there is nothing of that name. Never waits for a pipe's writer.</summary>
    /// <exception cref="ArtifactUnreadableException">It may not be opened.</exception>
    public static SafeFileHandle? Open(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() && LinuxFiles.IsUsable ? LinuxFiles.Open(path) : PortableFiles.Open(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unreadable(path, exception, exception.Message);
        }
    }

    /// <summary>The folder's or file's own absolute path, after every symbolic link in it.</summary>
    /// <exception cref="ArtifactRefusedException">A link in it leads nowhere or in a circle.</exception>
    /// <exception cref="ArtifactUnreadableException">A link in it cannot be read.</exception>
    public static string FinalPath(string path)
    {
        try
        {
            return RealPath.Of(Path.GetFullPath(path)) ?? throw ArtifactErrors.LinkBroken(path);
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unreadable(path, exception, exception.Message);
        }
    }

    /// <summary>The failures of the file system that the base library throws.</summary>
    public static bool IsDiskFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException;
}
