namespace Hallmark.Files;

/// <summary>Where a path really leads once every symbolic link on the way is followed.</summary>
public static class RealPath
{
    private const int MaxLinks = 40; // Linux's own bound (path_resolution(7))
    private static readonly char[] Separators = OperatingSystem.IsWindows() ? ['/', '\\'] : ['/'];

    /// <summary>Follows all links of an absolute path, one part after the other, as the system does; parts that do not exist stay as they are. Null where links go round in circles.</summary>
    /// <exception cref="IOException">A link cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way is closed to this user.</exception>
    public static string? Of(string absolutePath)
    {
        ArgumentNullException.ThrowIfNull(absolutePath);
        var links = 0;
        var done = Path.GetPathRoot(absolutePath)!; // The path is absolute, so it has a root.
        var todo = new Stack<string>(Parts(absolutePath[done.Length..]));
        while (todo.TryPop(out var part))
        {
            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? done;
                continue;
            }

            var next = Path.Combine(done, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            if (Path.IsPathRooted(target))
            {
                done = Path.GetPathRoot(target)!; // Rooted, as just tested.
                target = target[done.Length..];
            }

            foreach (var piece in Parts(target))
            {
                todo.Push(piece);
            }
        }

        return done;
    }

    /// <summary>True where the path is the root or lies below it; both absolute and real.</summary>
    public static bool IsWithin(string realRoot, string realPath)
    {
        ArgumentNullException.ThrowIfNull(realPath);
        return realPath == realRoot
            || realPath.StartsWith(Path.TrimEndingDirectorySeparator(realRoot) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            || realRoot == Path.GetPathRoot(realRoot);
    }

    /// <summary>True for an entry of a listing that has disappeared since; its attributes then read as if all of them were set.</summary>
    public static bool IsGone(FileSystemInfo entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return (int)entry.Attributes == -1;
    }

    // In reverse, so that the first part is popped first.
    private static IEnumerable<string> Parts(string path) =>
        path.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(part => part is not ".").Reverse();
}
