using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Relative artifact paths: segments joined with a slash, none of which leads elsewhere.</summary>
internal static class ArtifactPath
{
    private const int MaxLength = 4096;

    /// <summary>Most segments of a path; a listing that goes deeper goes in circles.</summary>
    public const int MaxDepth = 64;

    public static bool IsSegment(string name) =>
        name.Length is > 0 and <= 1024 && name is not ("." or "..") && !name.AsSpan().ContainsAny("/\\\0");

    /// <summary>The path without surrounding slashes; empty for the root.</summary>
    /// <exception cref="BadInputException">It is absolute, contains <c>..</c> or a backslash, or is too long.</exception>
    public static string Require(string path, bool mayBeRoot)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 && mayBeRoot)
        {
            return path;
        }

        var segments = path.Split('/');
        if (path.Length > MaxLength || segments.Length > MaxDepth || !Array.TrueForAll(segments, IsSegment))
        {
            throw new BadInputException($"'{TextFromServer.Clean(path, 200)}' is no relative artifact path");
        }

        return path;
    }

    public static (string Folder, string Name) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;
}
