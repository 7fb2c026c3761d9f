namespace Hallmark.Testing;

/// <summary>Where the tests find the project's own data and, beside the project, the shared copies of others' published files.</summary>
public static class ProjectFiles
{
    /// <summary>The project's root: the nearest parent of the test binary that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the shared files: <c>HALLMARK_SHARED</c>, else <c>../shared</c> beside the project.</summary>
    public static string Shared { get; } =
        Environment.GetEnvironmentVariable("HALLMARK_SHARED") is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    /// <summary>True on a CI machine (<c>CI</c> is set), where a missing peer or shared file is a failure and not a skip.</summary>
    public static bool IsCi { get; } = Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ci && ci is not ("0" or "false");

    /// <summary>A file or folder below <c>testdata/</c>.</summary>
    public static string TestData(string relativePath) => Path.Combine(Root, "testdata", relativePath);

    /// <summary>A file or folder below the shared folder; use with <see cref="SharedFactAttribute"/> only.</summary>
    public static string SharedFile(string relativePath) => Path.Combine(Shared, relativePath);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Hallmark.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("Hallmark.slnx is in no parent of " + AppContext.BaseDirectory);
    }
}
