using System.Text.Json.Nodes;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>A server whose every text would rewrite the reader's terminal: it could otherwise print a verdict of its own.</summary>
public sealed class HostileTextTests
{
    // Clears the screen, sets the title, turns the line around, begins a new one.
    private const string Evil = "\e[2J\e]0;owned\a\u202e\u061c\u2028\n\rVERIFIED";

    [Theory]
    [InlineData("runs", "list")]
    [InlineData("verify", "run", "r1")]
    [InlineData("verify", "model", "m/1")]
    [InlineData("audit", "m/1")]
    [InlineData("anchor", "run", "r1")]
    [InlineData("anchor", "run", "r2")]
    [InlineData("register", "m", "--run", "r1")]
    [InlineData("promote", "m/1", "--stage", "Production")]
    [InlineData("promote", "m/1", "--alias", "champion")]
    public async Task No_text_of_a_servers_reaches_the_terminal_as_it_is(params string[] command)
    {
        await using var server = await LoopbackServer.StartAsync(AnswerAsync);
        using var scene = new CommandScene();
        scene.Environment["MLFLOW_TRACKING_URI"] = server.Address;
        foreach (var options in new string[][] { [], ["--full"], ["--verbose"] })
        {
            var ended = await scene.RunAsync([.. command, .. options]);
            Assert.InRange(ended.Code, 0, 3);
            foreach (var text in new[] { ended.Out, ended.Error })
            {
                Assert.DoesNotContain(text, unit => (char.IsControl(unit) && unit != '\n') || unit is '\u202e' or '\u061c' or '\u2028');
                Assert.DoesNotContain("\nVERIFIED", "\n" + text, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_servers_texts_are_in_the_json_whole_and_escaped()
    {
        await using var server = await LoopbackServer.StartAsync(AnswerAsync);
        using var scene = new CommandScene();
        scene.Environment["MLFLOW_TRACKING_URI"] = server.Address;
        var ended = await scene.ExpectAsync(0, "runs", "list", "--json");
        Assert.DoesNotContain(ended.Out, unit => char.IsControl(unit) && unit != '\n');
        var row = JsonNode.Parse(ended.Out)![0]!;
        Assert.Equal((Evil, Evil, Evil), ((string?)row["run_name"], (string?)row["experiment"], (string?)row["status"]));
    }

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var path = context.Request.Path.Value!;
        JsonObject? answer =
            path.EndsWith("/experiments/search", StringComparison.Ordinal) ? new() { ["experiments"] = new JsonArray(Experiment()) }
            : path.EndsWith("/experiments/get", StringComparison.Ordinal) ? new() { ["experiment"] = Experiment() }
            : path.EndsWith("/runs/search", StringComparison.Ordinal) ? new() { ["runs"] = new JsonArray(Run("r1")) }
            : path.EndsWith("/runs/get", StringComparison.Ordinal) && context.Request.Query["run_id"] == "r1"
                ? new() { ["run"] = Run("r1") }
            : path.EndsWith("/registered-models/get", StringComparison.Ordinal)
                ? new()
                {
                    ["registered_model"] = new JsonObject { ["name"] = "m", ["description"] = Evil },
                }
            : path.EndsWith("/model-versions/get", StringComparison.Ordinal) ? new() { ["model_version"] = Version() }
            : path.EndsWith("/model-versions/search", StringComparison.Ordinal) ? new() { ["model_versions"] = new JsonArray(Version()) }
            : null;
        if (answer is null)
        {
            context.Response.StatusCode = 404;
            answer = new JsonObject { ["error_code"] = "RESOURCE_DOES_NOT_EXIST", ["message"] = Evil };
        }

        return context.Response.WriteAsync(answer.ToJsonString());
    }

    private static JsonObject Experiment() =>
        new()
        {
            ["experiment_id"] = "1",
            ["name"] = Evil,
            ["artifact_location"] = "file:///nowhere/" + Evil,
            ["lifecycle_stage"] = "active",
        };

    private static JsonObject Run(string id) =>
        new()
        {
            ["info"] = new JsonObject
            {
                ["run_id"] = id,
                ["run_name"] = Evil,
                ["experiment_id"] = "1",
                ["status"] = Evil,
                ["artifact_uri"] = "file:///nowhere/" + Evil,
                ["lifecycle_stage"] = "active",
            },
            ["data"] = new JsonObject
            {
                ["params"] = new JsonArray(Pair(Evil)),
                ["tags"] = new JsonArray(Pair(Evil), Pair("ario.verify_status"), Pair("mlflow.source.name")),
            },
            ["inputs"] = new JsonObject
            {
                ["dataset_inputs"] = new JsonArray(
                    new JsonObject
                    {
                        ["tags"] = new JsonArray(Pair("mlflow.data.context")),
                        ["dataset"] = new JsonObject
                        {
                            ["name"] = Evil,
                            ["digest"] = Evil,
                            ["source_type"] = "local",
                            ["source"] = Evil,
                        },
                    }
                ),
            },
        };

    private static JsonObject Version() =>
        new()
        {
            ["name"] = "m",
            ["version"] = "1",
            ["current_stage"] = Evil,
            ["source"] = "runs:/r1/" + Evil,
            ["run_id"] = "r1",
            ["description"] = Evil,
            ["status"] = Evil,
        };

    private static JsonObject Pair(string key) => new() { ["key"] = key, ["value"] = Evil };
}
