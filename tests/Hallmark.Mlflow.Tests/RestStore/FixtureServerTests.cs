using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Testing;
using Hallmark.Mlflow.Testing.Fixture;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>
/// The test server on the fixture's database is no fantasy: the recorded requests get the recorded answers from it. Compared as JSON; lists of objects in the
/// order of their keys, because SQL promises none; times of writing apart.
/// </summary>
public sealed class FixtureServerTests
{
    /// <summary>Recorded before anything was written, so that the database still is in that state.</summary>
    private static readonly HashSet<string> Reads = new(StringComparer.Ordinal)
    {
        "unknown endpoint",
        "experiments.search POST",
        "experiments.search without max_results",
        "experiments.get",
        "experiments.get missing",
        "runs.get baseline",
        "runs.get tuned",
        "runs.get failed",
        "runs.get deleted",
        "runs.get child",
        "runs.get missing",
        "runs.get malformed id",
        "runs.search all",
        "runs.search page 1",
        "runs.search page 2",
        "runs.search deleted",
        "runs.search all views",
        "metrics.get-history",
        "metrics.get-history out of order",
        "metrics.get-history page 1",
        "metrics.get-history page 2",
        "metrics.get-history nan",
        "metrics.get-history inf",
        "metrics.get-history unknown key",
        "artifacts.list root",
        "artifacts.list nested",
        "artifacts.list unicode",
        "artifacts.list a file",
        "artifacts.list missing path",
        "artifacts.list traversal",
        "artifacts.list missing run",
        "artifacts.list model directory",
        "get-artifact",
        "get-artifact png",
        "get-artifact missing",
        "mlflow-artifacts.list path",
        "mlflow-artifacts.list missing",
        "mlflow-artifacts.list traversal",
        "mlflow-artifacts.get text",
        "mlflow-artifacts.get json",
        "mlflow-artifacts.get binary",
        "mlflow-artifacts.get empty",
        "mlflow-artifacts.get space in name",
        "mlflow-artifacts.get name outside Latin-1",
        "mlflow-artifacts.get MLmodel",
        "mlflow-artifacts.get missing",
        "mlflow-artifacts.get traversal",
        "get-artifact name outside Latin-1",
        "registered-models.get",
        "registered-models.get missing",
        "registered-models.search",
        "registered-models.search page",
        "registered-models.alias get",
        "registered-models.alias get missing",
        "model-versions.get 1",
        "model-versions.get 2",
        "model-versions.get missing",
        "model-versions.get bad version",
        "model-versions.get-download-uri",
        "model-versions.search by name",
        "model-versions.search by run",
        "model-versions.search all",
        "logged-models.get external",
        "logged-models.get baseline",
        "logged-models.get missing",
        "logged-models.get",
        "traces v2.get info, error trace",
        "traces v2.get info missing",
        "traces v2.search page 1",
        "traces v2.search page 2",
        "traces v2.search",
        "traces v3.get classify-batch",
        "traces v3.get classify-fails",
        "traces v3.get chat",
        "traces v3.get missing",
    };

    /// <summary>One after the other, on one database.</summary>
    private static readonly HashSet<string> Writes = new(StringComparer.Ordinal)
    {
        "registered-models.create",
        "registered-models.create duplicate",
        "registered-models.create no name",
        "registered-models.set-tag",
        "registered-models.set-tag missing model",
        "model-versions.create from a run's path",
        "model-versions.create runs:/ source",
        "model-versions.create missing model",
        "model-versions.set-tag missing version",
        "model-versions.transition-stage bad stage",
        "registered-models.alias set missing version",
        "registered-models.alias set reserved",
        "registered-models.alias delete by query",
        "runs.set-tag missing run",
        "runs.set-tag no key",
        "runs.set-tag on a deleted run",
        "runs.set-tag malformed JSON",
        "runs.set-tag wrong content type",
        "traces v2.set tag",
        "traces v2.set tag no key",
    };

    public static TheoryData<string> Versions => RestStores.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_server_on_the_database_gives_the_recorded_answers_to_the_recorded_questions(string version) =>
        await CompareAsync(version, Reads, atLeast: 55);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task It_takes_and_refuses_writes_as_recorded(string version) => await CompareAsync(version, Writes, atLeast: 17);

    private static async Task CompareAsync(string version, HashSet<string> names, int atLeast)
    {
        await using var server = await FixtureMlflowServer.StartAsync(version);
        using var http = new HttpClient(new SocketsHttpHandler());
        var exchanges = RecordedExchange.Read(version, "rest.jsonl").Where(e => names.Contains(e.Name)).ToList();
        Assert.True(exchanges.Count >= atLeast, exchanges.Count.ToString(CultureInfo.InvariantCulture));
        var differences = new List<string>();
        foreach (var exchange in exchanges)
        {
            var (status, body) = await AskAsync(http, server.Address, exchange);
            if (status != exchange.Status || !IsSame(exchange, body))
            {
                differences.Add(
                    $"{exchange.Number} {exchange.Name}: {status} instead of {exchange.Status}\n  {Text(body)}\n  {Text(exchange.ResponseBody)}"
                );
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static async Task<(int Status, byte[] Body)> AskAsync(HttpClient http, string address, RecordedExchange exchange)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(exchange.Method),
            address + exchange.RawPath + (exchange.RawQuery.Length > 0 ? "?" + exchange.RawQuery : "")
        );
        if (exchange.RequestBody is { } body)
        {
            request.Content = new ByteArrayContent(body);
            if (exchange.RequestHeaders.TryGetValue("content-type", out var type))
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            }
        }

        try
        {
            using var response = await http.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
        }
        catch (HttpRequestException)
        {
            return (0, exchange.ResponseBody); // hung up, as recorded
        }
    }

    private static bool IsSame(RecordedExchange exchange, byte[] body)
    {
        if (Parse(exchange.ResponseBody) is not { } expected || Parse(body) is not { } actual)
        {
            return exchange.Status >= 400 || exchange.ResponseBody.AsSpan().SequenceEqual(body);
        }

        // Of an error the code counts; its text differs with the machine and the library.
        return exchange.Status >= 400
            ? (string?)expected["error_code"] == (string?)actual["error_code"]
            : JsonNode.DeepEquals(Ordered(expected), Ordered(actual));
    }

    private static JsonObject? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Lists of keyed objects by key; what only the moment of writing decides, and what Hallmark never asks for, left out.</summary>
    private static JsonNode? Ordered(JsonNode? node) =>
        node switch
        {
            JsonObject map => new JsonObject(
                map.Where(member =>
                        member.Key is not "last_updated_timestamp"
                        && !(member.Key is "creation_timestamp" && (string?)map["name"] is "rest-model")
                    )
                    .OrderBy(static member => member.Key, StringComparer.Ordinal)
                    .Select(static member => KeyValuePair.Create(member.Key, Ordered(member.Value)))
            ),
            JsonArray list when list.All(static i => i is JsonObject o && o.ContainsKey("key") && !o.ContainsKey("step")) => new JsonArray([
                .. list.Select(Ordered).OrderBy(static i => (string?)i!["key"], StringComparer.Ordinal),
            ]),
            JsonArray list
                when list.All(static i => i is JsonObject o && o.ContainsKey("key"))
                    && list.Select(static i => (string?)i!["key"]).Distinct().Count() == list.Count => new JsonArray([
                .. list.Select(Ordered).OrderBy(static i => (string?)i!["key"], StringComparer.Ordinal),
            ]),
            JsonArray list
                when list.All(static i =>
                    i is JsonObject o
                    && (
                        o.ContainsKey("dataset")
                        || o.ContainsKey("alias")
                        || o.ContainsKey("assessment_id")
                        || (o.ContainsKey("model_id") && o.ContainsKey("step"))
                    )
                ) => new JsonArray([.. list.Select(Ordered).OrderBy(static i => i!.ToJsonString(), StringComparer.Ordinal)]),
            JsonArray list => new JsonArray([.. list.Select(Ordered)]),
            null => null,
            _ => node.DeepClone(),
        };

    private static string Text(byte[] body) =>
        Parse(body) is { } json ? Ordered(json)!.ToJsonString() : System.Text.Encoding.UTF8.GetString(body);
}
