using System.Net;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>MLflow's scoring protocol: what its clients send, and what they get.</summary>
public sealed class InvocationTests
{
    [Theory]
    [InlineData("""{"dataframe_split":{"columns":["a","b"],"data":[[1,2],[3,4]]}}""", nameof(InputForm.DataframeSplit))]
    [InlineData("""{"dataframe_split":{"columns":["a"],"index":[7],"data":[[1]]}}""", nameof(InputForm.DataframeSplit))]
    [InlineData("""{"dataframe_split":{"data":[[1,2]]}}""", nameof(InputForm.DataframeSplit))]
    [InlineData("""{"dataframe_records":[{"a":1},{"a":null}]}""", nameof(InputForm.DataframeRecords))]
    [InlineData("""{"instances":[[1,2],[3,4]]}""", nameof(InputForm.Instances))]
    [InlineData("""{"inputs":{"a":[1],"b":["x"]}}""", nameof(InputForm.Inputs))]
    [InlineData("""{"inputs":"one text"}""", nameof(InputForm.Inputs))]
    public async Task Each_json_form_reaches_the_model_as_it_was_sent(string body, string form)
    {
        await using var scene = await ScoringScene.StartAsync();

        var (status, answer) = await scene.AskAsync(body);

        Assert.Equal(HttpStatusCode.OK, status);
        var asked = Assert.Single(scene.Model.Asked);
        Assert.Equal(form, asked.Form.ToString());
        var sent = JsonNode.Parse(body)!.AsObject().Single().Value;
        Assert.True(JsonNode.DeepEquals(sent, asked.Value));
        Assert.True(JsonNode.DeepEquals(sent, answer["predictions"]));
    }

    [Fact]
    public async Task Csv_reaches_the_model_as_text()
    {
        await using var scene = await ScoringScene.StartAsync();
        const string Table = "a,b\n1,ü\n2,\"x,y\"\n";

        var (status, answer) = await scene.AskAsync(Table, "text/csv");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(InputForm.Csv, Assert.Single(scene.Model.Asked).Form);
        Assert.Equal(Table, answer["predictions"]!.GetValue<string>());
    }

    [Fact]
    public async Task Params_stand_beside_the_input_and_other_members_go_nowhere()
    {
        await using var scene = await ScoringScene.StartAsync();

        await scene.AskAsync("""{"signature_name":"serving_default","params":{"top_k":3},"inputs":[1]}""");

        var asked = Assert.Single(scene.Model.Asked);
        Assert.Equal("""{"top_k":3}""", asked.Parameters!.ToJsonString());
        Assert.Equal("[1]", asked.Value!.ToJsonString());
    }

    [Fact]
    public async Task A_good_answer_names_its_receipt_and_the_receipt_is_there()
    {
        await using var scene = await ScoringScene.StartAsync();

        using var response = await scene.PostAsync("""{"inputs":[1]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var id = Assert.Single(response.Headers.GetValues("Hallmark-Decision-Id"));
        Assert.Equal("logged", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
        var link = Assert.Single(response.Headers.GetValues("Hallmark-Receipt"));
        Assert.Equal("/receipts/" + id, link);
        var (status, receipt) = await scene.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(id, receipt["decision_id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    public async Task Json_is_taken_under_every_spelling_of_its_type(string type)
    {
        await using var scene = await ScoringScene.StartAsync();

        var (status, _) = await scene.AskAsync("""{"inputs":[1]}""", type);

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData("application/xml")]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=latin-1")]
    [InlineData("application/json; charset=utf-8; charset=utf-8")]
    [InlineData("application/json; profile=x")]
    [InlineData("application/json, text/csv")]
    [InlineData("nonsense")]
    public async Task Other_types_and_parameters_are_not_supported(string type)
    {
        await using var scene = await ScoringScene.StartAsync();

        var (status, answer) = await scene.AskAsync("""{"inputs":[1]}""", type);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Equal("BAD_REQUEST", answer["error_code"]!.GetValue<string>());
        Assert.Empty(scene.Model.Asked);
    }

    [Fact]
    public async Task A_body_without_a_type_or_with_an_encoding_is_not_supported()
    {
        await using var scene = await ScoringScene.StartAsync();

        using var untyped = await scene.PostAsync("{}"u8.ToArray(), type: null);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        using var encoded = await scene.Client.PostAsync(new Uri("/invocations", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, untyped.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, encoded.StatusCode);
    }

    [Fact]
    public async Task A_body_sent_in_chunks_is_read_like_any_other()
    {
        await using var scene = await ScoringScene.StartAsync();

        var answer = await scene.SendRawAsync(
            "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "5\r\n{\"inp\r\n9\r\nuts\":[1]}\r\n0\r\n\r\n"
        );

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.EndsWith("""{"predictions":[1]}""", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_that_json_has_not_are_answered_as_text()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) =>
            Task.FromResult(
                new ModelOutput(
                    new JsonObject { ["a"] = new JsonArray(double.NaN, float.PositiveInfinity, double.NegativeInfinity, 0.5, null) },
                    []
                )
            );

        var (status, answer) = await scene.AskAsync("""{"inputs":[1]}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"a":["NaN","Infinity","-Infinity",0.5,null]}""", answer["predictions"]!.ToJsonString());
    }

    [Fact]
    public async Task What_asks_whether_the_server_is_there_gets_mlflows_answers()
    {
        await using var scene = await ScoringScene.StartAsync();

        foreach (var path in (string[])["/ping", "/health"])
        {
            using var response = await scene.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("\n", await response.Content.ReadAsStringAsync());
            Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        }

        Assert.Equal(ScoringServer.Version, await scene.Client.GetStringAsync(new Uri("/version", UriKind.Relative)));
    }
}
