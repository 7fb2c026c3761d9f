using System.Net;
using System.Text.Json.Nodes;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>The document says what the server does.</summary>
public sealed class OpenApiTests
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    [Fact]
    public async Task Every_route_is_in_the_document_and_nothing_else()
    {
        await using var scene = await ScoringScene.StartAsync();

        var (status, document) = await scene.GetAsync("/openapi.json");

        Assert.Equal(HttpStatusCode.OK, status);
        var described =
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where Methods.Contains(operation.Key)
            select (operation.Key.ToUpperInvariant(), path.Key);
        Assert.Equal(scene.Server.Routes.Order(), described.Order());
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_operation_has_an_id_of_its_own()
    {
        await using var scene = await ScoringScene.StartAsync();
        var (_, document) = await scene.GetAsync("/openapi.json");
        var ids = new List<string>();

        foreach (var node in Walk(document))
        {
            if (node is JsonObject members && members["$ref"] is JsonValue reference)
            {
                var at = document;
                foreach (var step in reference.GetValue<string>()[2..].Split('/'))
                {
                    at = at?[step];
                }

                Assert.NotNull(at);
            }

            if (node is JsonObject operation && operation["operationId"] is JsonValue id)
            {
                ids.Add(id.GetValue<string>());
            }
        }

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(scene.Server.Routes.Count(), ids.Count);
    }

    [Fact]
    public async Task The_examples_of_the_document_are_answered()
    {
        await using var scene = await ScoringScene.StartAsync();
        var (_, document) = await scene.GetAsync("/openapi.json");
        var content = document["paths"]!["/invocations"]!["post"]!["requestBody"]!["content"]!;

        foreach (var (_, example) in content["application/json"]!["examples"]!.AsObject())
        {
            var (status, answer) = await scene.AskAsync(example!["value"]!.ToJsonString());
            Assert.True(status is HttpStatusCode.OK, answer.ToJsonString());
        }

        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync(content["text/csv"]!["example"]!.GetValue<string>(), "text/csv")).Status);
    }

    [Fact]
    public async Task Which_paths_need_a_key_is_said_as_it_is()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new Hallmark.Server.Scoring.ScoringServerOptions
            {
                Keys = Hallmark.Server.Scoring.Access.ApiKeys.Parse("0123456789abcdef0123456789abcdef", "test"),
            }
        );
        var (_, document) = await scene.GetAsync("/openapi.json");

        foreach (var (method, pattern) in scene.Server.Routes)
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(method),
                pattern.Replace("{name}", "iris").Replace("{version}", "3").Replace("{id}", "x")
            );
            using var response = await scene.Client.SendAsync(request);
            var operation = document["paths"]![pattern]![method.ToLowerInvariant()]!;

            Assert.Equal(operation["security"] is not null, response.StatusCode is HttpStatusCode.Unauthorized);
            Assert.Equal(operation["security"] is not null, operation["responses"]!["401"] is not null);
        }
    }

    private static IEnumerable<JsonNode> Walk(JsonNode? node)
    {
        if (node is null)
        {
            yield break;
        }

        yield return node;
        var children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        foreach (var below in children.SelectMany(Walk))
        {
            yield return below;
        }
    }
}
