using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests;

/// <summary>Cases of a vector file below <c>testdata/ario</c>.</summary>
internal static class VectorFile
{
    public static IReadOnlyList<JsonObject> Cases(string name) =>
        [
            .. JsonNode.Parse(
                File.ReadAllBytes(ProjectFiles.TestData($"ario/{name}.json")),
                nodeOptions: null,
                new JsonDocumentOptions { MaxDepth = 256 }
            )!["cases"]!
                .AsArray()
                .Select(item => item!.AsObject()),
        ];
}
