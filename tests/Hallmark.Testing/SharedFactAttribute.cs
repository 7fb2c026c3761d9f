namespace Hallmark.Testing;

/// <summary>A fact on others' published files, which lie beside the project and not in it. Skipped, and why, where they are absent; never skipped in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    /// <param name="relativePath">The file or folder below the shared folder.</param>
    public SharedFactAttribute(string relativePath)
    {
        RelativePath = relativePath;
        var path = ProjectFiles.SharedFile(relativePath);
        if (!ProjectFiles.IsCi && !File.Exists(path) && !Directory.Exists(path))
        {
            Skip =
                $"needs shared/{relativePath} beside the project (or HALLMARK_SHARED); it is somebody else's published file and not part of this project";
        }
    }

    /// <summary>The file or folder below the shared folder.</summary>
    public string RelativePath { get; }
}
