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
            return Walk(Path.GetFullPath(path)) ?? throw ArtifactErrors.LinkBroken(path);
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unreadable(path, exception, exception.Message);
        }
    }

    /// <summary>The failures of the file system that the base library throws.</summary>
    public static bool IsDiskFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException;

    /// <summary>Follows links one component after the other, as the system does; null after 40 of them.</summary>
    private static string? Walk(string fullPath)
    {
        var links = 0;
        var resolved = Path.GetPathRoot(fullPath) ?? "/";
        var rest = new Stack<string>();
        Push(rest, fullPath[resolved.Length..]);
        while (rest.TryPop(out var name))
        {
            if (name is "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }

            var next = Path.Combine(resolved, name);
            var target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                resolved = next;
                continue;
            }

            if (++links > 40)
            {
                return null;
            }

            if (Path.IsPathRooted(target))
            {
                resolved = Path.GetPathRoot(target) ?? "/";
                target = target[resolved.Length..];
            }

            Push(rest, target);
        }

        return resolved;
    }

    private static void Push(Stack<string> rest, string path)
    {
        var separators = OperatingSystem.IsWindows() ? new[] { '/', '\\' } : ['/'];
        foreach (var name in path.Split(separators, StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (name is not ".")
            {
                rest.Push(name);
            }
        }
    }
}
