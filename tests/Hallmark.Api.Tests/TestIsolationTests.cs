using Hallmark.Testing;

namespace Hallmark.Api.Tests;

/// <summary>What docs/testing.md says about time, ports and what a process shares, as far as it can be read off the tests' text.</summary>
public sealed class TestIsolationTests
{
    // In two parts, so that this file does not name them itself.
    private static readonly string[] SharedByTheProcess =
    [
        "GC.GetTotal" + "AllocatedBytes(",
        "Environment.SetEnvironment" + "Variable(",
        "Environment.Current" + "Directory =",
        "Directory.SetCurrent" + "Directory(",
        "Console.Set" + "Out(",
        "Console.Set" + "Error(",
    ];

    private static readonly Dictionary<string, string> Files = Directory
        .EnumerateFiles(Path.Combine(ProjectFiles.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .ToDictionary(path => Path.GetRelativePath(ProjectFiles.Root, path), File.ReadAllText, StringComparer.Ordinal);

    [Fact]
    public void What_changes_or_measures_all_of_the_process_runs_while_no_other_test_does()
    {
        var beside = Files.Where(file =>
            SharedByTheProcess.Any(call => file.Value.Contains(call, StringComparison.Ordinal))
            && !file.Value.Contains("DisableParallelization = true", StringComparison.Ordinal)
            && !file.Value.Contains("[Collection(AloneCollection.Name)]", StringComparison.Ordinal)
        );
        Assert.Equal("", string.Join('\n', beside.Select(file => file.Key)));
        Assert.Contains(Files.Values, text => text.Contains(SharedByTheProcess[0], StringComparison.Ordinal));
    }

    [Fact]
    public void No_test_names_a_port_that_it_does_not_hold()
    {
        var free = Files.Where(file => file.Value.Contains("Free" + "Port(", StringComparison.Ordinal));
        Assert.Equal("", string.Join('\n', free.Select(file => file.Key)));
    }
}
