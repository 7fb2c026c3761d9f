using Hallmark.Testing;

namespace Hallmark.Api.Tests;

/// <summary>The table of rooms in <c>docs/architecture.md</c>: which project may use which.</summary>
internal static class RoomTable
{
    private const string Prefix = "Hallmark.";

    /// <summary>Each project's name with the names of the projects that it may reference.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Read()
    {
        var rows = File.ReadLines(Path.Combine(ProjectFiles.Root, "docs", "architecture.md"))
            .SkipWhile(line => line != "| project | holds | may use |")
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (Name: cells[1].Trim('`'), MayUse: cells[^2]))
            .ToList();
        var names = rows.Select(row => row.Name).ToList();
        return rows.Select((row, i) => (row.Name, Allowed: Allowed(row.MayUse, names, i)))
            .ToDictionary(row => row.Name, row => row.Allowed, StringComparer.Ordinal);
    }

    private static IReadOnlySet<string> Allowed(string text, List<string> names, int row)
    {
        var parts = text.Split(" but ");
        IEnumerable<string> granted = parts[0] switch
        {
            "–" => [],
            "all" => names.Where(name => name != names[row]),
            "all of the above" => names.Take(row),
            var list => Named(list),
        };
        return granted.Except(parts.Length > 1 ? Named(parts[1]) : [], StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Named(string list) => list.Split(", ").Select(name => Prefix + name);
}
