namespace Hallmark.Artifacts.Files;

/// <summary>One file that was found.</summary>
/// <param name="RelativePath">Its name below the folder, segments joined with <c>/</c>.</param>
/// <param name="FullPath">Where it is opened.</param>
/// <param name="Facts">What it was when it was found; of the target, where the name is a link.</param>
internal sealed record FileToHash(string RelativePath, string FullPath, FileFacts Facts)
{
    /// <summary>Looks at one file the user named. Links are followed: the user chose them.</summary>
    /// <exception cref="ArtifactRefusedException">It is absent or no regular file.</exception>
    public static FileToHash Named(string path)
    {
        var name = Path.GetFileName(path);
        var facts = FindNamed(path);
        return facts.Kind is FileKind.Regular
            ? new FileToHash(name, Path.GetFullPath(path), facts)
            : throw ArtifactErrors.NotARegularFile(path, facts.Kind);
    }

    /// <summary>Looks at a file or folder the user named.</summary>
    /// <exception cref="ArtifactRefusedException">Nothing has that name.</exception>
    public static FileFacts FindNamed(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // The system would read a path with a zero character only up to it, and so hash another file.
        return path.Contains('\0', StringComparison.Ordinal)
            ? throw ArtifactErrors.NotFound(path)
            : DiskFiles.Find(path, followLink: true) ?? throw ArtifactErrors.NotFound(path);
    }
}
