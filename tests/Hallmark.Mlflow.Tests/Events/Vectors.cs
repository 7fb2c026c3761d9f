using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Reads a vector file of testdata/ario.</summary>
internal static class Vectors
{
    public static JsonNode Load(string name) =>
        JsonNode.Parse(File.ReadAllBytes(ProjectFiles.TestData($"ario/{name}.json")), null, new JsonDocumentOptions { MaxDepth = 256 })!;

    public static IEnumerable<JsonNode> Cases(string name) => Load(name)["cases"]!.AsArray().Select(entry => entry!);

    /// <summary>The ids of the cases of a kind, for theories.</summary>
    public static TheoryData<string> Ids(string name, string? kind = null)
    {
        var data = new TheoryData<string>();
        foreach (var entry in Cases(name).Where(entry => kind is null || (string)entry["kind"]! == kind))
        {
            data.Add((string)entry["id"]!);
        }

        return data;
    }

    public static JsonNode Case(JsonNode file, string id) => file["cases"]!.AsArray().Single(entry => (string)entry!["id"]! == id)!;
}
