using System.Text.RegularExpressions;
using Hallmark.Testing;

namespace Hallmark.Api.Tests;

/// <summary>docs/testing.md says which test stands for which fault and which vector file: held against the tests themselves.</summary>
public sealed partial class TestingPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ProjectFiles.Root, "docs/testing.md"));
    private static readonly Dictionary<string, string> Classes = Directory
        .EnumerateFiles(Path.Combine(ProjectFiles.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .GroupBy(path => Path.GetFileName(path).Split('.')[0], StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => string.Concat(group.Select(File.ReadAllText)), StringComparer.Ordinal);

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var named = NamedTest().Matches(Page);
        Assert.True(named.Count > 50, "the page names hardly any test");
        var missing = named.Where(match =>
            !Classes.TryGetValue(match.Groups["class"].Value, out var text)
            || !text.Contains($" {match.Groups["test"].Value}(", StringComparison.Ordinal)
        );
        Assert.Equal("", string.Join('\n', missing.Select(match => match.Value)));
    }

    [Fact]
    public void Every_test_class_that_the_page_names_exists()
    {
        var named = NamedClass().Matches(Page).Select(match => match.Groups["class"].Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(named.Count > 20, "the page names hardly any class");
        Assert.Equal("", string.Join('\n', named.Where(name => !Classes.ContainsKey(name))));
    }

    [Fact]
    public void Every_vector_file_has_its_place_on_the_page()
    {
        var files = new[] { "ario", "ans104", "tlog", "tlog/generated", "hallmark", "ots" }
            .SelectMany(folder => Directory.EnumerateFiles(ProjectFiles.TestData(folder), "*.json"))
            .Select(path => Path.GetFileName(path))
            .ToList();
        Assert.NotEmpty(files);
        Assert.Equal("", string.Join('\n', files.Where(file => !Page.Contains(file + "`", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_vector_file_that_a_class_is_said_to_run_is_named_in_its_tests()
    {
        // A class may read through another one of its folder: the file's name without ending must stand somewhere in the tests, and nowhere where it is said to wait.
        var tests = string.Concat(Classes.Values);
        foreach (var row in Row().Matches(Page).Cast<Match>())
        {
            foreach (var file in VectorFile().Matches(row.Groups["files"].Value).Select(match => match.Groups["name"].Value))
            {
                var isRead =
                    tests.Contains($"\"{file}\"", StringComparison.Ordinal)
                    // A name is not the end of a longer one.
                    || Regex.IsMatch(tests, $@"(?<![\w-]){Regex.Escape(file)}\.json", RegexOptions.None, TimeSpan.FromMinutes(1));
                Assert.True(
                    isRead != row.Groups["by"].Value.StartsWith("issue ", StringComparison.Ordinal),
                    $"{file}: {row.Groups["by"].Value}"
                );
            }
        }
    }

    [GeneratedRegex(@"`(?<class>[A-Z]\w+)\.(?<test>[A-Z]\w*_\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"`(?<class>[A-Z]\w+(Tests|Contract))[`.]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex NamedClass();

    [GeneratedRegex(
        @"^\| (?<files>`[a-z0-9-]+\.json`[^|]*) \| (?<by>[^|]+) \|$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 60_000
    )]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>[a-z0-9-]+)\.json`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex VectorFile();
}
