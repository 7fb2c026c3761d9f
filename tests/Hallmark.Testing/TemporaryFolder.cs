namespace Hallmark.Testing;

/// <summary>A folder of one test's own, deleted with everything in it when the test ends.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder's absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("hallmark-test-").FullName;

    /// <summary>A path below the folder; parent folders are made.</summary>
    public string File(string relativePath)
    {
        var path = System.IO.Path.Combine(Path, relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Copies a folder tree (symbolic links as they are) below this folder and returns where it lies now.</summary>
    public string CopyOf(string sourceFolder, string name = "copy")
    {
        var target = System.IO.Path.Combine(Path, name);
        foreach (var directory in Directory.EnumerateDirectories(sourceFolder, "*", SearchOption.AllDirectories).Prepend(sourceFolder))
        {
            Directory.CreateDirectory(System.IO.Path.Combine(target, System.IO.Path.GetRelativePath(sourceFolder, directory)));
        }

        foreach (var file in Directory.EnumerateFiles(sourceFolder, "*", SearchOption.AllDirectories))
        {
            var copy = System.IO.Path.Combine(target, System.IO.Path.GetRelativePath(sourceFolder, file));
            System.IO.File.Copy(file, copy);
            if (!OperatingSystem.IsWindows())
            {
                System.IO.File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        return target;
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
