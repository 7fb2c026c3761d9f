using System.Net;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>An answer without rows has the outputs of one with rows.</summary>
public sealed class EmptyAnswerTests
{
    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"label":"a","score":0.5}]""")]
    public async Task Every_announced_column_is_an_output_whether_the_table_has_rows_or_not(string table)
    {
        var model = new ScriptedModel { Outputs = [new ModelField("label", "BYTES", [-1]), new ModelField("score", "FP64", [-1])] };
        await using var scene = await ScoringScene.StartAsync(model);
        var rows = JsonNode.Parse(table)!.AsArray();
        model.Run = (_, _) => Task.FromResult(new ModelOutput(rows, []));

        var (status, answer) = await scene.AskAsync(
            """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""",
            path: "/v2/models/iris/infer"
        );

        Assert.True(status is HttpStatusCode.OK, answer.ToJsonString());
        Assert.Equal(
            [("label", "BYTES", rows.Count), ("score", "FP64", rows.Count)],
            answer["outputs"]!
                .AsArray()
                .Select(output =>
                    (
                        output!["name"]!.GetValue<string>(),
                        output["datatype"]!.GetValue<string>(),
                        Assert.Single(output["shape"]!.AsArray())!.GetValue<int>()
                    )
                )
        );
    }
}
