using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Events;

/// <summary>A relative folder below a run or a model: segments joined with <c>/</c>, never leaving its root.</summary>
internal static class ArtifactFolder
{
    /// <summary>Leaves out empty and <c>.</c> segments.</summary>
    /// <exception cref="BadInputException">A segment is <c>..</c> or holds a back-slash or a control character.</exception>
    public static string Normalize(string path)
    {
        var segments = path.Split('/').Where(segment => segment is not ("" or ".")).ToArray();
        if (segments.FirstOrDefault(segment => !ArioPaths.IsSegment(segment)) is { } bad)
        {
            throw new BadInputException(
                $"the artifact path \"{Shown(path)}\" is not a relative path below the run: \"{Shown(bad)}\" is not allowed in it"
            );
        }

        return string.Join('/', segments);
    }

    /// <summary>The path below a folder, or null where it lies elsewhere.</summary>
    public static string? Below(string folder, string path) =>
        folder.Length == 0 ? path
        : path.Length > folder.Length + 1 && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal)
            ? path[(folder.Length + 1)..]
        : null;

    private static string Shown(string value) => new([.. value.Take(100).Select(unit => char.IsControl(unit) ? '?' : unit)]);
}
