using System.Text.Json.Nodes;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>The document is one of OpenAPI 3.1, and the reader that says so finds what is wrong with others.</summary>
public sealed class OpenApiStructureTests
{
    public static TheoryData<string, Action<JsonNode>> Broken { get; } =
        new()
        {
            { "#/openapi", document => document["openapi"] = "3" },
            { "#/info has no title", document => document["info"]!.AsObject().Remove("title") },
            { "unknown member oops", document => document["oops"] = 1 },
            { "has fetch", document => document["paths"]!["/ping"]!["fetch"] = document["paths"]!["/ping"]!["get"]!.DeepClone() },
            { "has no responses", document => document["paths"]!["/ping"]!["get"]!.AsObject().Remove("responses") },
            { "path and parameters differ", document => document["paths"]!["/receipts/{id}"]!["get"]!.AsObject().Remove("parameters") },
            {
                "path parameter is required",
                document => document["paths"]!["/receipts/{id}"]!["get"]!["parameters"]![0]!.AsObject().Remove("required")
            },
            { "no scheme bearer", document => document["components"]!["securitySchemes"]!.AsObject().Remove("bearer") },
            { "parameter is no object", document => document["components"]!["parameters"]!.AsObject().Remove("MlflowTrace") },
            { "status ok", document => document["paths"]!["/ping"]!["get"]!["responses"]!["ok"] = new JsonObject { ["description"] = "" } },
        };

    [Fact]
    public async Task The_document_is_one_of_openapi()
    {
        await using var scene = await ScoringScene.StartAsync();

        var (_, document) = await scene.GetAsync("/openapi.json");

        Assert.Empty(OpenApiStructure.FindFaults(document));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_document_that_breaks_a_rule_is_found_out(string says, Action<JsonNode> breaks)
    {
        await using var scene = await ScoringScene.StartAsync();
        var (_, document) = await scene.GetAsync("/openapi.json");
        breaks(document);

        Assert.Contains(OpenApiStructure.FindFaults(document), fault => fault.Contains(says, StringComparison.Ordinal));
    }
}
