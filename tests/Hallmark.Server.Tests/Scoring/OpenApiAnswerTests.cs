using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;
using Hallmark.Server.Scoring.Access;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>Each status that the document names for an operation is brought about once, and what then comes is what the document says: status, headers, type, members.</summary>
public sealed class OpenApiAnswerTests
{
    private const string Invocations = "/invocations";
    private const string Receipts = "/receipts/{id}";
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string Unknown = "00000000-0000-4000-8000-000000000000";

    // Of the transport, on every answer.
    private static readonly string[] Framing = ["Date", "Content-Length", "Content-Type", "Connection"];

    private static readonly string[] Infers = ["/v2/models/{name}/infer", "/v2/models/{name}/versions/{version}/infer"];

    private readonly HashSet<(string Path, string Status)> _seen = [];
    private JsonNode _document = new JsonObject();

    [Fact]
    public async Task Every_status_of_the_document_is_answered_as_it_says()
    {
        await using (var scene = await ScoringScene.StartAsync())
        {
            (_, _document) = await scene.GetAsync("/openapi.json");
        }

        await AskWhatIsThereAsync();
        await AskWithoutAKeyAsync();
        foreach (var path in Infers.Prepend(Invocations))
        {
            await PredictAsync(path);
        }

        await AskForReceiptsAsync();
        await AskWhileStoppingAsync();

        // What a server behind answers as it came has tests of its own: ProxyTests.
        var documented =
            from path in _document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            from response in operation.Value!["responses"]!.AsObject()
            where response.Key != "default"
            select (path.Key, response.Key);
        Assert.Equal(documented.Order(), _seen.Order());
    }

    private async Task AskWhatIsThereAsync()
    {
        await using var scene = await ScoringScene.StartAsync();
        foreach (var path in _document["paths"]!.AsObject().Where(path => path.Value!["get"] is not null).Select(path => path.Key))
        {
            if (path != Receipts)
            {
                await GetAsync(scene.Client, path, 200);
            }

            if (path.Contains("{name}", StringComparison.Ordinal))
            {
                await GetAsync(scene.Client, path, 404, name: "other");
            }
        }
    }

    private async Task AskWithoutAKeyAsync()
    {
        await using var scene = await ScoringScene.StartAsync(options: new ScoringServerOptions { Keys = ApiKeys.Parse(Key, "test") });
        await GetAsync(scene.Client, "/metrics", 401);
        await GetAsync(scene.Client, Receipts, 401);
        foreach (var path in Infers.Prepend(Invocations))
        {
            await PostAsync(scene, path, 401);
        }
    }

    private async Task PredictAsync(string path)
    {
        var isInfer = path != Invocations;
        await using (
            var scene = await ScoringScene.StartAsync(
                options: new ScoringServerOptions { Limits = new ScoringLimits { MaxBodySizeInBytes = 1 << 10 } }
            )
        )
        {
            await PostAsync(scene, path, 200);
            await PostAsync(scene, path, 400, body: "{");
            await PostAsync(scene, path, 413, body: new string(' ', 2_000));
            await PostAsync(scene, path, 415, type: "text/html");
            if (isInfer)
            {
                await PostAsync(scene, path, 404, name: "other");
                await PostAsync(
                    scene,
                    path,
                    400,
                    body: Body(path).Replace("\"inputs\"", "\"outputs\":[{\"name\":\"nope\"}],\"inputs\"", StringComparison.Ordinal)
                );
                scene.Model.Run = (_, _) => Task.FromResult(new ModelOutput(JsonNode.Parse("[[1],[2,3]]"), []));
                await PostAsync(scene, path, 500);
            }

            scene.Model.Run = (_, _) => throw new ModelRunException("it broke", cause: null);
            await PostAsync(scene, path, 500);
            scene.Model.Run = (_, _) => throw new UnavailableException("nobody there");
            await PostAsync(scene, path, 503);
            scene.Model.HasPlace = () => false;
            await PostAsync(scene, path, 429);
        }

        await using (var scene = await ScoringScene.StartAsync())
        {
            scene.Model.Log = entry => Task.FromException<Hallmark.Core.Events.LoggedEntry>(new UnavailableException("the disk is full"));
            await PostAsync(scene, path, 503);
        }

        await using (var scene = await ScoringScene.StartAsync(options: Late(prediction: TimeSpan.FromMilliseconds(50))))
        {
            var never = new TaskCompletionSource<Hallmark.Core.Events.LoggedEntry>();
            scene.Model.Log = _ => never.Task;
            await PostAsync(scene, path, 504);
        }

        await using (var scene = await ScoringScene.StartAsync(options: Late(body: TimeSpan.FromMilliseconds(100))))
        {
            using var socket = await scene.ConnectAsync();
            await socket.SendAsync(
                Encoding.ASCII.GetBytes(
                    $"POST {Fill(path)} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
                )
            );
            Check("post", path, 408, Parse(await ScoringScene.ReadToEndAsync(socket)));
        }
    }

    private static ScoringServerOptions Late(TimeSpan? prediction = null, TimeSpan? body = null) =>
        new()
        {
            Limits = new ScoringLimits
            {
                PredictionTime = prediction ?? TimeSpan.FromSeconds(60),
                BodyTime = body ?? TimeSpan.FromSeconds(60),
            },
        };

    private async Task AskForReceiptsAsync()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Receipts[Unknown] = "{}";
        await GetAsync(scene.Client, Receipts, 200);
        scene.Model.Receipts.Clear();
        await GetAsync(scene.Client, Receipts, 404);
        scene.Model.BeforeReceipt = () => throw new UnavailableException("not yet") { RetryAfter = TimeSpan.FromSeconds(1) };
        await GetAsync(scene.Client, Receipts, 503);
        scene.Model.BeforeReceipt = () => throw new InvalidOperationException("a defect");
        await GetAsync(scene.Client, Receipts, 500);
    }

    private async Task AskWhileStoppingAsync()
    {
        await using var server = await StoppingServer.StartAsync(new ScriptedModel());
        foreach (var path in _document["paths"]!.AsObject().Where(path => path.Value!["get"]?["responses"]?["503"] is not null))
        {
            if (path.Key != Receipts)
            {
                await GetAsync(server.Client, path.Key, 503);
            }
        }
    }

    private async Task GetAsync(HttpClient client, string path, int status, string name = "iris")
    {
        using var response = await client.GetAsync(new Uri(Fill(path, name), UriKind.Relative));
        Check("get", path, status, await ReadAsync(response));
    }

    private async Task PostAsync(
        ScoringScene scene,
        string path,
        int status,
        string? body = null,
        string type = "application/json",
        string name = "iris"
    )
    {
        using var response = await scene.PostAsync(body ?? Body(path), type, Fill(path, name));
        Check("post", path, status, await ReadAsync(response));
    }

    private void Check(string method, string path, int status, (int Status, Dictionary<string, string> Headers, string Body) answer)
    {
        var at = $"{method} {path} {status}";
        Assert.True(answer.Status == status, $"{at}: {answer.Status} {answer.Body}");
        _seen.Add((path, $"{status}"));
        var response = _document["paths"]![path]![method]!["responses"]![$"{status}"];
        Assert.True(response is not null, $"{at} is not in the document");
        var described = response["headers"]!.AsObject();
        foreach (var (name, value) in answer.Headers.Where(header => !Framing.Contains(header.Key)))
        {
            Assert.True(described.ContainsKey(name), $"{at} has {name}, of which the document does not know");
            var schema = Resolve(described[name])!["schema"]!;
            if (schema["enum"] is JsonArray words)
            {
                Assert.Contains(value, words.Select(word => word!.GetValue<string>()));
            }
        }

        // What is promised without a condition is there.
        if (status == 200 || !described.ContainsKey("Hallmark-Decision-Id"))
        {
            Assert.All(
                described,
                header => Assert.True(header.Key == "Retry-After" || answer.Headers.ContainsKey(header.Key), $"{at} lacks {header.Key}")
            );
        }

        var type = answer.Headers["Content-Type"].Split(';')[0];
        var schemaOfBody = Resolve(response["content"]![type]?["schema"]);
        Assert.True(schemaOfBody is not null, $"{at} is of type {type}, of which the document does not know");
        if (schemaOfBody["required"] is JsonArray members)
        {
            var body = JsonNode.Parse(answer.Body)!.AsObject();
            Assert.All(members, member => Assert.True(body.ContainsKey(member!.GetValue<string>()), $"{at}: {answer.Body}"));
        }
    }

    private JsonNode? Resolve(JsonNode? node) =>
        node?["$ref"]?.GetValue<string>() is { } reference
            ? reference[2..].Split('/').Aggregate((JsonNode?)_document, (at, step) => at?[step])
            : node;

    private static string Body(string path) =>
        path == Invocations ? """{"inputs":[1]}""" : """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""";

    private static string Fill(string path, string name = "iris") =>
        path.Replace("{name}", name, StringComparison.Ordinal)
            .Replace("{version}", "3", StringComparison.Ordinal)
            .Replace("{id}", Unknown, StringComparison.Ordinal);

    private static async Task<(int Status, Dictionary<string, string> Headers, string Body)> ReadAsync(HttpResponseMessage response) =>
        (
            (int)response.StatusCode,
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync()
        );

    private static (int Status, Dictionary<string, string> Headers, string Body) Parse(string raw)
    {
        var parts = raw.Split("\r\n\r\n", 2);
        var lines = parts[0].Split("\r\n");
        return (
            int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
            lines
                .Skip(1)
                .Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            parts[1]
        );
    }
}
