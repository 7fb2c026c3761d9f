using System.IO.Enumeration;
using Hallmark.Artifacts.Files;

namespace Hallmark.Artifacts.Folders;

/// <summary>Finds every file of a folder tree. Links to files are followed inside the tree only; links to folders are not followed.</summary>
internal sealed class FolderWalk
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    private readonly HashingOptions _options;
    private readonly string _root;
    private readonly List<FileToHash> _files = [];
    private readonly Stack<(string FullPath, string Prefix, int Depth)> _folders = new();

    private FolderWalk(string root, HashingOptions options)
    {
        _root = DiskFiles.FinalPath(root);
        _options = options;
    }

    /// <summary>The files, ordered by their relative paths (ordinal).</summary>
    public static List<FileToHash> Find(string root, HashingOptions options, CancellationToken cancellationToken)
    {
        var walk = new FolderWalk(root, options);
        walk._folders.Push((walk._root, "", 0));
        while (walk._folders.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            walk.Visit(folder.FullPath, folder.Prefix, folder.Depth);
        }

        walk._files.Sort((a, b) => string.CompareOrdinal(a.RelativePath, b.RelativePath));
        return walk._files;
    }

    private void Visit(string folder, string prefix, int depth)
    {
        if (depth > _options.MaxDepth)
        {
            throw ArtifactErrors.TooDeep(folder, _options.MaxDepth);
        }

        var undecodable = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in Names(folder))
        {
            var fullPath = Path.Combine(folder, name);
            // Names that are not UTF-8 arrive with replacement characters; two of them may look alike, or like a proper name.
            var isDoubtful = name.Contains('\uFFFD', StringComparison.Ordinal);
            if (isDoubtful && !undecodable.Add(name))
            {
                throw ArtifactErrors.BadName(fullPath);
            }

            var facts =
                DiskFiles.Find(fullPath, followLink: false)
                ?? throw (isDoubtful ? ArtifactErrors.BadName(fullPath) : ArtifactErrors.Changed(fullPath));
            if (facts.Kind is FileKind.Folder)
            {
                _folders.Push((fullPath, prefix + name + "/", depth + 1));
            }
            else if (!_options.IgnoredFileNames.Contains(name))
            {
                AddFile(fullPath, prefix + name, facts);
            }
        }
    }

    private void AddFile(string fullPath, string relativePath, FileFacts facts)
    {
        if (facts.Kind is FileKind.Link)
        {
            facts = _options.RefusesLinks ? throw ArtifactErrors.LinkRefused(fullPath) : Follow(fullPath);
            if (facts.Kind is FileKind.Folder)
            {
                return;
            }
        }

        if (facts.Kind is not FileKind.Regular)
        {
            throw ArtifactErrors.NotARegularFile(fullPath, facts.Kind);
        }

        if (_files.Count == _options.MaxFiles)
        {
            throw ArtifactErrors.TooManyFiles(_root, _options.MaxFiles);
        }

        _files.Add(new FileToHash(relativePath, fullPath, facts));
    }

    /// <summary>What lies at the link's end, which must be inside the tree, for folders too: a loader would follow the link.</summary>
    private FileFacts Follow(string link)
    {
        if (DiskFiles.Find(link, followLink: true) is null)
        {
            throw ArtifactErrors.LinkBroken(link);
        }

        var target = DiskFiles.FinalPath(link);
        var inside = Path.EndsInDirectorySeparator(_root) ? _root : _root + Path.DirectorySeparatorChar;
        if (!target.StartsWith(inside, StringComparison.Ordinal) && target != _root)
        {
            throw ArtifactErrors.LinkEscapes(link, target);
        }

        // Taken from the target's own path: should the link be turned elsewhere before it is opened, its file is another one, and is refused.
        return DiskFiles.Find(target, followLink: false) ?? throw ArtifactErrors.LinkBroken(link);
    }

    private static List<string> Names(string folder)
    {
        try
        {
            return [.. new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.FileName.ToString(), Everything)];
        }
        catch (Exception exception) when (DiskFiles.IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unreadable(folder, exception, exception.Message);
        }
    }
}
