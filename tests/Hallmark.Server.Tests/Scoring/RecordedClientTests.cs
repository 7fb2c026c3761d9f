using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>What real clients sent to MLflow's own scoring server (recorded for 2.14, 2.22 and 3.6), sent to ours.</summary>
public sealed class RecordedClientTests
{
    // Where we differ, on purpose: a missing type is a fault of the caller's and not the server's; two things depend on the model alone, which is scripted here.
    private static readonly Dictionary<string, int?> Differs = new(StringComparer.Ordinal)
    {
        ["no content type"] = 415,
        ["instances as arrays"] = null,
        ["missing column"] = null,
        ["wrong type"] = null,
    };

    [Theory]
    [InlineData("2.14")]
    [InlineData("2.22")]
    [InlineData("3.6")]
    public async Task What_clients_of_mlflow_send_is_answered_as_mlflow_answers(string version)
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) => Task.FromResult(new ModelOutput(new JsonArray(0, 2), []));
        var compared = 0;
        foreach (var line in await File.ReadAllLinesAsync(ProjectFiles.TestData($"mlflow/{version}/http/scoring.jsonl")))
        {
            var recorded = JsonNode.Parse(line)!;
            var name = recorded["name"]!.GetValue<string>();
            var expected = Differs.TryGetValue(name, out var other) ? other : recorded["status"]!.GetValue<int>();
            if (expected is null)
            {
                continue;
            }

            using var response = await SendAsync(scene, recorded);
            var body = await response.Content.ReadAsStringAsync();

            Assert.True(expected == (int)response.StatusCode, $"{name}: {(int)response.StatusCode} {body}");
            Compare(name, recorded["response_body"]!.GetValue<string>(), response.StatusCode, body);
            compared++;
        }

        Assert.True(compared >= 20, $"only {compared} exchanges were compared");
    }

    private static void Compare(string name, string theirs, HttpStatusCode status, string ours)
    {
        var path = name is "ping" or "health";
        if (path)
        {
            Assert.Equal(theirs, ours);
        }
        else if (status is HttpStatusCode.OK && theirs.Contains("predictions", StringComparison.Ordinal))
        {
            Assert.Equal(["predictions"], JsonNode.Parse(ours)!.AsObject().Select(member => member.Key));
        }
        else if (status is HttpStatusCode.BadRequest)
        {
            Assert.Equal(
                JsonNode.Parse(theirs)!.AsObject().Select(member => member.Key).Order(),
                JsonNode.Parse(ours)!.AsObject().Select(member => member.Key).Order()
            );
            Assert.Equal(
                JsonNode.Parse(theirs)!["error_code"]!.GetValue<string>(),
                JsonNode.Parse(ours)!["error_code"]!.GetValue<string>()
            );
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(ScoringScene scene, JsonNode recorded)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(recorded["method"]!.GetValue<string>()),
            recorded["path"]!.GetValue<string>()
        );
        if (recorded["request_body"]?.GetValueKind() is JsonValueKind.String)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(recorded["request_body"]!.GetValue<string>()));
            if (recorded["request_headers"]!["content-type"]?.GetValue<string>() is { } type)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        return await scene.Client.SendAsync(request);
    }
}
