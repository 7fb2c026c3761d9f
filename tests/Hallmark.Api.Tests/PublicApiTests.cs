using System.Reflection;
using Hallmark.Testing;

namespace Hallmark.Api.Tests;

/// <summary>What each library shows to the outside is listed in <c>snapshots/</c>, so that a change to it shows in review.</summary>
public sealed class PublicApiTests
{
    private const string UpdateVariable = "HALLMARK_UPDATE_SNAPSHOTS";
    private const int MostLinesShown = 12;

    public static TheoryData<string> Libraries => [.. Names()];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_surface_is_the_one_in_the_snapshot(string library)
    {
        var actual = ApiListing.Of(Assembly.Load(library));
        var path = Path.Combine(Folder(), library + ".txt");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(path, string.Concat(actual.Select(line => line + "\n")));
            return;
        }

        var expected = File.Exists(path) ? File.ReadAllLines(path) : [];
        Assert.True(expected.SequenceEqual(actual, StringComparer.Ordinal), Difference(library, expected, actual));
    }

    [Fact]
    public void Every_snapshot_belongs_to_a_library_of_the_solution() =>
        Assert.Empty(
            Directory
                .GetFiles(Folder(), "*.txt")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Except(Names(), StringComparer.Ordinal)
        );

    [Fact]
    public void A_difference_is_shown_with_both_sides_and_the_way_to_accept_it()
    {
        var message = Difference("Some.Library", ["A", "B", "C"], ["A", "C", "D"]);
        Assert.Contains("- B\n", message, StringComparison.Ordinal);
        Assert.Contains("+ D\n", message, StringComparison.Ordinal);
        Assert.DoesNotContain(" A\n", message, StringComparison.Ordinal);
        Assert.Contains(UpdateVariable + "=1", message, StringComparison.Ordinal);
    }

    private static string Difference(string library, IReadOnlyList<string> expected, IReadOnlyList<string> actual)
    {
        var lines = expected
            .Except(actual, StringComparer.Ordinal)
            .Select(line => (Line: line, Text: "- " + line))
            .Concat(actual.Except(expected, StringComparer.Ordinal).Select(line => (Line: line, Text: "+ " + line)))
            .OrderBy(line => line.Line, StringComparer.Ordinal)
            .Select(line => line.Text)
            .ToList();
        var shown = string.Concat(lines.Take(MostLinesShown).Select(line => line + "\n"));
        var rest = lines.Count > MostLinesShown ? $"… and {lines.Count - MostLinesShown} more\n" : "";
        return $"The public surface of {library} is not the one in snapshots/{library}.txt (- gone, + new):\n{shown}{rest}"
            + $"If that is meant: {UpdateVariable}=1 dotnet test tests/Hallmark.Api.Tests, then commit the snapshots.";
    }

    private static IEnumerable<string> Names() =>
        SourceProject.OfSolution().Where(project => project.IsLibrary).Select(project => project.Name);

    private static string Folder() => Path.Combine(ProjectFiles.Root, "tests", "Hallmark.Api.Tests", "snapshots");
}
