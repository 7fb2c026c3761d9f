using System.Text.Json;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>One name in a folder that a server listed.</summary>
/// <param name="Name">One path segment, checked.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="SizeInBytes">The size, or null where the server leaves it out: MLflow does for empty files.</param>
internal sealed record ListedEntry(string Name, bool IsFolder, long? SizeInBytes)
{
    private const int MaxEntries = 1_000_000;

    /// <summary>Reads a listing and refuses every name that could lead out of the folder.</summary>
    /// <param name="answer">An object with <c>files</c>.</param>
    /// <param name="prefix">What every path begins with: empty where the server gives bare names, else the folder and a slash.</param>
    /// <returns>In ordinal order of the paths below: a folder's name counts with its slash.</returns>
    public static IReadOnlyList<ListedEntry> Read(JsonElement answer, string prefix)
    {
        var entries = new List<ListedEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in answer.Objects("files"))
        {
            var path = file.Text("path");
            var name = path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : throw Refused(path);
            var size = file.FindInt64("file_size");
            if (!IsSegment(path, name) || size < 0)
            {
                throw Refused(path);
            }

            if (!names.Add(name))
            {
                throw Twice(path);
            }

            if (entries.Count >= MaxEntries)
            {
                throw TooMany();
            }

            entries.Add(new ListedEntry(name, file.Boolean("is_dir"), size));
        }

        entries.Sort(static (a, b) => string.CompareOrdinal(a.SortKey, b.SortKey));
        return entries;
    }

    /// <summary>What several pages of one folder's listing gave, as if it had been one page.</summary>
    /// <exception cref="MlflowFormatException">A name stands on two pages, or there are too many.</exception>
    public static IReadOnlyList<ListedEntry> InOrder(IReadOnlyCollection<ListedEntry> entries, string folder)
    {
        if (entries.Count > MaxEntries)
        {
            throw TooMany();
        }

        var twice = entries.GroupBy(static entry => entry.Name, StringComparer.Ordinal).FirstOrDefault(static same => same.Skip(1).Any());
        return twice is null
            ? [.. entries.OrderBy(static entry => entry.SortKey, StringComparer.Ordinal)]
            : throw Twice(folder.Length == 0 ? twice.Key : folder + "/" + twice.Key);
    }

    // A bare name, and a path that nobody could take for another place.
    private static bool IsSegment(string path, string name)
    {
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            ArtifactPath.Check(path);
            return true;
        }
        catch (MlflowFormatException)
        {
            return false;
        }
    }

    private string SortKey => IsFolder ? Name + "/" : Name;

    private static MlflowFormatException Twice(string path) =>
        new($"the MLflow server lists the artifact '{TextFromServer.Clean(path, 200)}' twice");

    private static MlflowFormatException TooMany() => new($"the MLflow server lists more than {MaxEntries} artifacts in one folder");

    private static MlflowFormatException Refused(string path) =>
        new(
            $"the MLflow server lists an artifact whose path leaves its folder or cannot be a file's: '{TextFromServer.Clean(path, 200)}'",
            "do not trust this server's artifacts before you know why"
        );
}
