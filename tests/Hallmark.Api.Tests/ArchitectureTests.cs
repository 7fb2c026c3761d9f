namespace Hallmark.Api.Tests;

/// <summary>The rules of <c>docs/architecture.md</c>, held against the project files.</summary>
public sealed class ArchitectureTests
{
    private readonly IReadOnlyDictionary<string, IReadOnlySet<string>> _rooms = RoomTable.Read();
    private readonly IReadOnlyList<SourceProject> _projects = SourceProject.OfSolution();

    [Fact]
    public void The_core_references_no_package_and_no_project()
    {
        var core = _projects.Single(project => project.Name == "Hallmark.Core");
        Assert.Empty(core.PackageReferences);
        Assert.Empty(core.ProjectReferences);
        Assert.Empty(_rooms["Hallmark.Core"]);
    }

    [Fact]
    public void Every_project_has_its_room_in_the_table() =>
        Assert.Empty(_projects.Select(project => project.Name).Except(_rooms.Keys, StringComparer.Ordinal));

    [Fact]
    public void A_project_references_only_what_its_room_may_use()
    {
        Assert.NotEmpty(_projects);
        foreach (var project in _projects)
        {
            Assert.True(_rooms.TryGetValue(project.Name, out var allowed), $"{project.Name} is not in the table of docs/architecture.md");
            var excess = project.ProjectReferences.Where(reference => !allowed.Contains(reference)).ToList();
            Assert.True(
                excess.Count == 0,
                $"{project.Name} references {string.Join(", ", excess)}, which the table of docs/architecture.md does not allow"
            );
        }
    }

    [Fact]
    public void The_table_itself_has_no_circle()
    {
        var open = _rooms.ToDictionary(room => room.Key, room => room.Value.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        while (open.FirstOrDefault(room => room.Value.Count == 0) is { Key: { } done })
        {
            open.Remove(done);
            foreach (var room in open.Values)
            {
                room.Remove(done);
            }
        }

        Assert.Empty(open.Keys);
    }

    [Fact]
    public void The_table_s_words_are_understood()
    {
        Assert.Equal(["Hallmark.Core", "Hallmark.Files", "Hallmark.Sqlite"], _rooms["Hallmark.Ledger"].Order(StringComparer.Ordinal));
        Assert.DoesNotContain("Hallmark.Reports", _rooms["Hallmark.Home"]);
        Assert.Contains("Hallmark.Mlflow", _rooms["Hallmark.Home"]);
        Assert.Contains("Hallmark.Home", _rooms["Hallmark.Cli"]);
    }
}
