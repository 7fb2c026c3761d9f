using System.Xml.Linq;
using Hallmark.Testing;

namespace Hallmark.Api.Tests;

/// <summary>A project of <c>src/</c> as its project file describes it.</summary>
internal sealed record SourceProject(
    string Name,
    bool IsLibrary,
    IReadOnlyList<string> ProjectReferences,
    IReadOnlyList<string> PackageReferences
)
{
    /// <summary>The projects that the solution lists below <c>src/</c>.</summary>
    public static IReadOnlyList<SourceProject> OfSolution() =>
        [
            .. XDocument
                .Load(Path.Combine(ProjectFiles.Root, "Hallmark.slnx"))
                .Descendants("Project")
                .Select(project => project.Attribute("Path")!.Value) // ! the solution format has no project without a path
                .Where(path => path.StartsWith("src/", StringComparison.Ordinal))
                .Select(path => Read(Path.Combine(ProjectFiles.Root, path))),
        ];

    private static SourceProject Read(string path)
    {
        var file = XDocument.Load(path);
        return new SourceProject(
            Path.GetFileNameWithoutExtension(path),
            file.Descendants("OutputType").All(type => type.Value != "Exe"),
            [.. Includes(file, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference))],
            [.. Includes(file, "PackageReference")]
        );
    }

    private static IEnumerable<string> Includes(XDocument file, string item) =>
        file.Descendants(item).Select(element => element.Attribute("Include")!.Value); // ! project items here always say what they include
}
