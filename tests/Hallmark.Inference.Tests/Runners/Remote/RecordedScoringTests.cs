using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Inference.Tests.Runners.Remote;

/// <summary>The answers of MLflow's own scoring servers, as they were recorded (<c>testdata/mlflow/*/http/scoring.jsonl</c>).</summary>
public sealed class RecordedScoringTests
{
    private static readonly Dictionary<string, InputForm> Forms = new(StringComparer.Ordinal)
    {
        ["dataframe_split"] = InputForm.DataframeSplit,
        ["dataframe_records"] = InputForm.DataframeRecords,
        ["instances"] = InputForm.Instances,
        ["inputs"] = InputForm.Inputs,
    };

    [Theory]
    [InlineData("2.14")]
    [InlineData("2.22")]
    [InlineData("3.6")]
    public async Task We_ask_as_mlflows_client_asks_and_understand_every_answer(string version)
    {
        var replayed = 0;
        foreach (var line in File.ReadLines(ProjectFiles.TestData($"mlflow/{version}/http/scoring.jsonl")))
        {
            var recorded = JsonNode.Parse(line)!;
            if (FindInput(recorded) is { } input)
            {
                await ReplayAsync(recorded, input);
                replayed++;
            }
        }

        Assert.True(replayed >= 12, $"only {replayed} of the recorded requests were replayed");
    }

    private static async Task ReplayAsync(JsonNode recorded, ModelInput input)
    {
        var status = recorded["status"]!.GetValue<int>();
        var body = recorded["response_body"]!.GetValue<string>();
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = recorded["response_headers"]!["content-type"]!.GetValue<string>();
            return context.Response.WriteAsync(body);
        });
        await using var runner = await server.ConnectAsync();
        if (status == 200)
        {
            var output = await runner.RunAsync(input, CancellationToken.None);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body)!["predictions"], output.Value));
        }
        else
        {
            Assert.Equal(400, status);
            var refusal = await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(input, CancellationToken.None));
            var said = JsonNode.Parse(body)!["message"]!.GetValue<string>();
            Assert.Contains(said[..20], refusal.Message, StringComparison.Ordinal);
        }

        var sent = recorded["request_body"]!.GetValue<string>();
        if (input.Form is InputForm.Csv)
        {
            Assert.Equal(("text/csv", sent), server.LastBody);
        }
        else
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), JsonNode.Parse(server.LastBody.Body)), recorded["name"]!.ToString());
        }
    }

    // Null for requests that our callers cannot make: two forms at once, none, no JSON, other content types.
    private static ModelInput? FindInput(JsonNode recorded)
    {
        var body = recorded["request_body"]?.GetValue<string>();
        if (recorded["method"]!.GetValue<string>() != "POST" || body is null)
        {
            return null;
        }

        var type = recorded["request_headers"]!["content-type"]?.GetValue<string>();
        if (type == "text/csv")
        {
            return new ModelInput(InputForm.Csv, body);
        }

        if (type?.StartsWith("application/json", StringComparison.Ordinal) != true || !body.StartsWith("{\"", StringComparison.Ordinal))
        {
            return null;
        }

        var members = JsonNode.Parse(body)!.AsObject();
        var forms = members.Where(member => Forms.ContainsKey(member.Key)).ToList();
        return forms.Count == 1
            ? new ModelInput(Forms[forms[0].Key], forms[0].Value!.DeepClone(), members["params"]?.DeepClone().AsObject())
            : null;
    }
}
