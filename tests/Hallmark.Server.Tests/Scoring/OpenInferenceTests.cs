using System.Net;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>The Open Inference Protocol v2: metadata, health, tensors in and out.</summary>
public sealed class OpenInferenceTests
{
    private const string Path = "/v2/models/iris/infer";

    private static readonly ModelOutput TwoOutputs = new(
        new JsonObject { ["label"] = new JsonArray("a", "b"), ["score"] = new JsonArray(0.5, 0.25) },
        [new OutputTensor("label", "BYTES", [2], ["a", "b"]), new OutputTensor("score", "FP32", [2, 1], [0.5, 0.25])]
    );

    [Theory]
    [InlineData("/v2/models/iris/infer")]
    [InlineData("/v2/models/iris/versions/3/infer")]
    public async Task Tensors_are_answered_with_tensors_and_a_receipt(string path)
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) => Task.FromResult(TwoOutputs);

        using var response = await scene.PostAsync(
            """{"id":"mine","inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[1,2.5,3,4]}]}""",
            path: path
        );
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.Contains("Hallmark-Decision-Id"));
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    """
                    {"model_name":"iris","model_version":"3","id":"mine","outputs":[
                      {"name":"label","shape":[2],"datatype":"BYTES","data":["a","b"]},
                      {"name":"score","shape":[2,1],"datatype":"FP32","data":[0.5,0.25]}]}
                    """
                ),
                answer
            ),
            answer.ToJsonString()
        );
    }

    [Theory]
    [InlineData("[1,2,3,4,5,6]")]
    [InlineData("[[1,2,3],[4,5,6]]")]
    public async Task Data_may_be_flat_or_nested_and_reaches_the_model_flat(string data)
    {
        await using var scene = await ScoringScene.StartAsync();

        await scene.AskAsync(
            $$"""{"parameters":{"k":1},"inputs":[{"name":"x","shape":[2,3],"datatype":"INT32","parameters":{"p":true},"data":{{data}}}]}""",
            path: Path
        );

        var asked = Assert.Single(scene.Model.Asked);
        Assert.Equal(InputForm.OpenInference, asked.Form);
        Assert.Equal("""{"k":1}""", asked.Parameters!.ToJsonString());
        Assert.Equal(
            """[{"name":"x","shape":[2,3],"datatype":"INT32","data":[1,2,3,4,5,6],"parameters":{"p":true}}]""",
            asked.Value!.ToJsonString()
        );
    }

    [Fact]
    public async Task Outputs_that_are_named_come_alone_and_in_that_order()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) => Task.FromResult(TwoOutputs);

        var (_, answer) = await scene.AskAsync(Asking("""[{"name":"score"}]"""), path: Path);
        var (_, both) = await scene.AskAsync(Asking("""[{"name":"score"},{"name":"label"}]"""), path: Path);

        Assert.Equal(["score"], Names(answer));
        Assert.Equal(["score", "label"], Names(both));
    }

    [Fact]
    public async Task An_output_that_the_model_does_not_have_is_refused_before_it_runs_where_the_model_says_what_it_has()
    {
        var model = new ScriptedModel { Outputs = [new ModelField("score", "FP32", null)] };
        await using var knowing = await ScoringScene.StartAsync(model);
        await using var unknowing = await ScoringScene.StartAsync();
        unknowing.Model.Run = (_, _) => Task.FromResult(TwoOutputs);

        var (before, _) = await knowing.AskAsync(Asking("""[{"name":"nope"}]"""), path: Path);
        using var after = await unknowing.PostAsync(Asking("""[{"name":"nope"}]"""), path: Path);

        Assert.Equal(HttpStatusCode.BadRequest, before);
        Assert.Empty(model.Asked);
        Assert.Equal(HttpStatusCode.BadRequest, after.StatusCode);
        Assert.True(after.Headers.Contains("Hallmark-Decision-Id"), "the prediction was made, and is in the log");
    }

    [Fact]
    public async Task An_output_without_a_name_is_described_asked_for_and_answered_by_the_same_name()
    {
        var model = new ScriptedModel { Outputs = [new ModelField("", "FP64", [-1])] };
        await using var scene = await ScoringScene.StartAsync(model);
        model.Run = (_, _) => Task.FromResult(new ModelOutput(new JsonArray(1.5), []));

        var (_, described) = await scene.GetAsync("/v2/models/iris");
        var name = described["outputs"]![0]!["name"]!.GetValue<string>();
        var (status, answer) = await scene.AskAsync(Asking($$"""[{"name":"{{name}}"}]"""), path: Path);

        Assert.Equal((HttpStatusCode.OK, "predictions"), (status, name));
        Assert.Equal([name], Names(answer));
    }

    public static TheoryData<string, string> Refused { get; } =
        new()
        {
            { "[]", "object" },
            { "{}", "inputs" },
            { """{"inputs":[]}""", "inputs" },
            { """{"inputs":[1]}""", "object" },
            { """{"inputs":[{"shape":[1],"datatype":"FP32","data":[1]}]}""", "name" },
            { """{"inputs":[{"name":"x","datatype":"FP32","data":[1]}]}""", "shape" },
            { """{"inputs":[{"name":"x","shape":[1],"data":[1]}]}""", "datatype" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"FP31","data":[1]}]}""", "datatype" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"BF16","data":[1]}]}""", "datatype" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32"}]}""", "data" },
            { """{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1]}]}""", "2 elements" },
            { """{"inputs":[{"name":"x","shape":[-1],"datatype":"FP32","data":[1]}]}""", "dimension 0" },
            { """{"inputs":[{"name":"x","shape":[1.5],"datatype":"FP32","data":[1]}]}""", "dimension 0" },
            { """{"inputs":[{"name":"x","shape":[2147483647,2147483647,2147483647],"datatype":"FP32","data":[]}]}""", "too many" },
            { """{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],[3]]}]}""", "nested" },
            { """{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],3]}]}""", "nested" },
            { """{"inputs":[{"name":"x","shape":[4],"datatype":"FP32","data":[[1,2],[3,4]]}]}""", "nested" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":["1"]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[null]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1e39]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"FP16","data":[65520]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[2],"datatype":"INT8","data":[1,128]}]}""", "element 1" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"UINT8","data":[-1]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[1.5]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[true]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[9007199254740993]}]}""", "beyond" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","data":[1]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":[1]}]}""", "element 0" },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[NaN]}]}""", "invalid input" },
            {
                """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]},{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""",
                "twice"
            },
            { """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1],"extra":1}]}""", "extra" },
            { """{"surprise":1,"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "surprise" },
            { """{"id":7,"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "id" },
            { """{"parameters":[],"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "parameters" },
            { """{"parameters":{"a":[1]},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "parameters" },
            { """{"outputs":{},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "outputs" },
            { """{"outputs":[{}],"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "output" },
            { """{"outputs":[{"name":"a"},{"name":"a"}],"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "twice" },
            {
                """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}""",
                "binary tensor data extension"
            },
            {
                """{"outputs":[{"name":"y","parameters":{"binary_data":true}}],"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""",
                "binary tensor data extension"
            },
            {
                """{"parameters":{"binary_data_output":true},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""",
                "binary tensor data extension"
            },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_faulty_request_is_refused_with_a_sentence_and_the_model_does_not_run(string body, string says)
    {
        await using var scene = await ScoringScene.StartAsync();

        var (status, answer) = await scene.AskAsync(body, path: Path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(says, answer["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(scene.Model.Asked);
    }

    [Theory]
    [InlineData("INT8", "[-128,127,1.0,1e1]")]
    [InlineData("UINT64", "[0,9007199254740991]")]
    [InlineData("FP16", "[65504,-65504,0.1]")]
    [InlineData("FP32", "[3.4028234663852886e38,-0.0]")]
    [InlineData("FP64", "[1.7976931348623157e308,5e-324]")]
    [InlineData("BOOL", "[true,false]")]
    [InlineData("BYTES", "[\"\",\"ü\"]")]
    public async Task Every_type_takes_what_it_can_hold(string type, string data)
    {
        await using var scene = await ScoringScene.StartAsync();
        var count = JsonNode.Parse(data)!.AsArray().Count;
        scene.Model.Run = (_, _) => Task.FromResult(TwoOutputs);

        var (status, answer) = await scene.AskAsync(
            $$"""{"inputs":[{"name":"x","shape":[{{count}}],"datatype":"{{type}}","data":{{data}}}]}""",
            path: Path
        );

        Assert.True(status is HttpStatusCode.OK, answer.ToJsonString());
    }

    public static TheoryData<string, string?> Answers { get; } =
        new()
        {
            { "[0,2]", """[{"name":"predictions","shape":[2],"datatype":"INT64","data":[0,2]}]""" },
            { "[0.0,2.0]", """[{"name":"predictions","shape":[2],"datatype":"FP64","data":[0.0,2.0]}]""" },
            { "[0,2.5]", """[{"name":"predictions","shape":[2],"datatype":"FP64","data":[0,2.5]}]""" },
            { "[[1,2],[3,4]]", """[{"name":"predictions","shape":[2,2],"datatype":"INT64","data":[1,2,3,4]}]""" },
            { "\"text\"", """[{"name":"predictions","shape":[1],"datatype":"BYTES","data":["text"]}]""" },
            { "[true]", """[{"name":"predictions","shape":[1],"datatype":"BOOL","data":[true]}]""" },
            { "[]", """[{"name":"predictions","shape":[0],"datatype":"FP64","data":[]}]""" },
            {
                """[{"a":1,"b":"x"},{"a":2,"b":"y"}]""",
                """[{"name":"a","shape":[2],"datatype":"INT64","data":[1,2]},{"name":"b","shape":[2],"datatype":"BYTES","data":["x","y"]}]"""
            },
            { """{"a":[1.5]}""", """[{"name":"a","shape":[1],"datatype":"FP64","data":[1.5]}]""" },
            { "[[1],[2,3]]", null },
            { "[1,\"x\"]", null },
            { "[1,null]", null },
            { """[{"a":1},{"b":1}]""", null },
            { "null", null },
        };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_without_tensors_is_written_as_tensors_or_refused_with_its_decision_id(string value, string? tensors)
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) => Task.FromResult(new ModelOutput(JsonNode.Parse(value), []));

        using var response = await scene.PostAsync(Asking(outputs: null), path: Path);
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(tensors is null ? HttpStatusCode.InternalServerError : HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.Contains("Hallmark-Decision-Id"));
        Assert.Equal(tensors, answer["outputs"]?.ToJsonString());
    }

    [Fact]
    public async Task What_tritons_client_sends_where_json_is_wanted_is_answered_and_no_parameter_of_the_model()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) => Task.FromResult(TwoOutputs);

        // No Content-Type; binary_data is said of each output.
        using var response = await scene.PostAsync(
            """{"id":"","parameters":{"binary_data_output":false,"k":1},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}],"outputs":[{"name":"score","parameters":{"binary_data":false}}]}"""u8.ToArray(),
            type: null,
            path: Path
        );
        var answer = await ScoringScene.ReadAsync(response);

        Assert.True(response.StatusCode is HttpStatusCode.OK, answer.ToJsonString());
        Assert.Equal(["score"], Names(answer));
        Assert.Equal("""{"k":1}""", Assert.Single(scene.Model.Asked).Parameters!.ToJsonString());
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_predict_by_leaving_the_type_out()
    {
        await using var scene = await ScoringScene.StartAsync();
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(Asking(outputs: null)));
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        request.Headers.Add("Origin", "https://elsewhere.example");

        using var response = await scene.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Empty(scene.Model.Asked);
    }

    [Theory]
    [InlineData("FP64", "[1,2]", "[1,2]")]
    [InlineData("FP32", "[1,2.5]", "[1,2.5]")]
    [InlineData("FP32", "[]", "[]")]
    [InlineData("INT32", "[1.0,2]", "[1.0,2]")]
    [InlineData("FP32", """{"price":[1,2]}""", "[1,2]")]
    [InlineData("INT64", """[{"price":1},{"price":2}]""", "[1,2]")]
    public async Task An_output_has_the_name_and_type_that_the_model_announces_whatever_its_values(string type, string value, string data)
    {
        var model = new ScriptedModel { Outputs = [new ModelField("price", type, [-1])] };
        await using var scene = await ScoringScene.StartAsync(model);
        model.Run = (_, _) => Task.FromResult(new ModelOutput(JsonNode.Parse(value), []));

        var (status, answer) = await scene.AskAsync(Asking("""[{"name":"price"}]"""), path: Path);

        Assert.True(status is HttpStatusCode.OK, answer.ToJsonString());
        Assert.Equal(type, answer["outputs"]![0]!["datatype"]!.GetValue<string>());
        Assert.Equal(data, answer["outputs"]![0]!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task A_real_output_with_nan_keeps_its_type()
    {
        var model = new ScriptedModel { Outputs = [new ModelField("", "FP32", [-1])] };
        await using var scene = await ScoringScene.StartAsync(model);
        model.Run = (_, _) => Task.FromResult(new ModelOutput(new JsonArray(1.5, double.NaN, double.NegativeInfinity), []));

        var (_, answer) = await scene.AskAsync(Asking(outputs: null), path: Path);

        Assert.Equal(
            """[{"name":"predictions","shape":[3],"datatype":"FP32","data":[1.5,"NaN","-Infinity"]}]""",
            answer["outputs"]!.ToJsonString()
        );
    }

    [Fact]
    public async Task The_binary_extension_is_refused_by_its_header()
    {
        await using var scene = await ScoringScene.StartAsync();
        using var content = new ByteArrayContent("{}\0\0"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", "2");

        using var response = await scene.Client.PostAsync(new Uri(Path, UriKind.Relative), content);
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("binary tensor data extension", answer["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_and_model_describe_themselves()
    {
        var model = new ScriptedModel
        {
            Inputs = [new ModelField("x", "FP64", [-1, 4]), new ModelField("y", "BYTES", null)],
            Outputs = [new ModelField("label", "INT64", [-1])],
        };
        await using var scene = await ScoringScene.StartAsync(model);

        var (_, server) = await scene.GetAsync("/v2");
        var (_, described) = await scene.GetAsync("/v2/models/iris");
        var (_, byVersion) = await scene.GetAsync("/v2/models/iris/versions/3");

        Assert.Equal("hallmark", server["name"]!.GetValue<string>());
        Assert.Empty(server["extensions"]!.AsArray());
        Assert.Equal(
            """{"name":"iris","versions":["3"],"platform":"hallmark_scripted","inputs":[{"name":"x","datatype":"FP64","shape":[-1,4]},{"name":"y","datatype":"BYTES","shape":[-1]}],"outputs":[{"name":"label","datatype":"INT64","shape":[-1]}]}""",
            described.ToJsonString()
        );
        Assert.True(JsonNode.DeepEquals(described, byVersion));
    }

    [Theory]
    [InlineData("/v2/health/live", "live")]
    [InlineData("/v2/health/ready", "ready")]
    [InlineData("/v2/models/iris/ready", "ready")]
    [InlineData("/v2/models/iris/versions/3/ready", "ready")]
    public async Task Health_is_told(string path, string member)
    {
        await using var scene = await ScoringScene.StartAsync();

        var (status, answer) = await scene.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(answer[member]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("/v2/health/live", true)]
    [InlineData("/v2/health/ready", false)]
    [InlineData("/v2/models/iris/ready", false)]
    [InlineData("/v2/models/iris/versions/3/ready", false)]
    [InlineData("/ping", false)]
    [InlineData("/health", false)]
    public async Task While_what_runs_the_model_is_gone_the_server_lives_and_is_not_ready_until_it_is_back(string path, bool isFine)
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.IsReady = false;
        using (var gone = await scene.Client.GetAsync(new Uri(path, UriKind.Relative)))
        {
            Assert.Equal(isFine ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, gone.StatusCode);
        }

        scene.Model.IsReady = true;
        using var back = await scene.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    private static string Asking(string? outputs) =>
        $$"""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]{{(outputs is null ? "" : ",\"outputs\":" + outputs)}}}""";

    private static IEnumerable<string> Names(JsonNode answer) =>
        answer["outputs"]!.AsArray().Select(output => output!["name"]!.GetValue<string>());
}
