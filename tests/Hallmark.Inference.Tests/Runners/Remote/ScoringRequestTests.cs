using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Remote;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Tests.Runners.Remote;

/// <summary>What is sent for each form of input: MLflow's scoring protocol to the letter.</summary>
public sealed class ScoringRequestTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(InputForm.DataframeSplit, """{"columns":["a"],"data":[[1]]}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]}}""")]
    [InlineData(InputForm.DataframeRecords, """[{"a":1.50}]""", """{"dataframe_records":[{"a":1.50}]}""")]
    [InlineData(InputForm.Instances, "[[1,2]]", """{"instances":[[1,2]]}""")]
    [InlineData(InputForm.Inputs, """{"a":[1],"ü":["ß"]}""", """{"inputs":{"a":[1],"ü":["ß"]}}""")]
    [InlineData(
        InputForm.Plain,
        """{"b":1e3,"a":null,"c":[1,{"d":2}]}""",
        """{"dataframe_split":{"columns":["b","a","c"],"data":[[1e3,null,[1,{"d":2}]]]}}"""
    )]
    [InlineData(InputForm.Plain, "[[1],[2]]", """{"inputs":[[1],[2]]}""")]
    [InlineData(InputForm.Plain, "\"text\"", """{"inputs":"text"}""")]
    [InlineData(InputForm.Plain, "{}", """{"dataframe_split":{"columns":[],"data":[[]]}}""")]
    public async Task Each_form_stands_under_its_member_with_numbers_as_they_were_written(InputForm form, string value, string body)
    {
        var (type, sent) = await SentAsync(new ModelInput(form, JsonNode.Parse(value)));
        Assert.Equal("application/json", type);
        Assert.Equal(body, sent);
    }

    [Fact]
    public async Task Parameters_go_beside_the_input_and_csv_goes_as_it_is()
    {
        var parameters = new JsonObject { ["temperature"] = 0.5 };
        Assert.Equal(
            """{"inputs":[1],"params":{"temperature":0.5}}""",
            (await SentAsync(new ModelInput(InputForm.Inputs, new JsonArray(1), parameters))).Body
        );
        Assert.Equal(("text/csv", "a,b\n1,ü\n"), await SentAsync(new ModelInput(InputForm.Csv, "a,b\n1,ü\n")));
    }

    [Fact]
    public async Task The_length_is_always_said_for_some_servers_lose_a_chunked_body()
    {
        await using var server = await RemoteServer.StartAsync();
        await using var runner = await server.ConnectAsync();
        await runner.RunAsync(new ModelInput(InputForm.Instances, new JsonArray(1, 2)), None);
        var asked = server.Http.Asked[^1];
        Assert.Equal("""{"instances":[1,2]}""".Length, asked.ContentLength);
        Assert.Equal("", asked.TransferEncoding);
    }

    [Theory]
    [InlineData("""{"name":"a","shape":[2],"datatype":"FP64","data":[1.5,2]}""", """{"inputs":{"a":[1.5,2]}}""")]
    [InlineData("""{"name":"a","shape":[2,2],"datatype":"INT64","data":[1,2,3,4]}""", """{"inputs":{"a":[[1,2],[3,4]]}}""")]
    [InlineData("""{"name":"a","shape":[2,1,2],"datatype":"INT8","data":[[[1,2]],[[3,4]]]}""", """{"inputs":{"a":[[[1,2]],[[3,4]]]}}""")]
    [InlineData(
        """{"name":"a","shape":[2,1],"datatype":"BYTES","data":["x","y"],"parameters":{"k":1}}""",
        """{"inputs":{"a":[["x"],["y"]]}}"""
    )]
    [InlineData("""{"name":"a","shape":[0,3],"datatype":"BOOL","data":[]}""", """{"inputs":{"a":[]}}""")]
    public async Task Tensors_go_by_name_and_nested_as_their_shape_says(string tensor, string body) =>
        Assert.Equal(body, (await SentAsync(new ModelInput(InputForm.OpenInference, JsonNode.Parse($"[{tensor}]")))).Body);

    [Fact]
    public async Task A_table_gets_tensors_as_columns_and_a_model_with_one_nameless_tensor_the_bare_value()
    {
        var tensor = JsonNode.Parse("""[{"name":"a","shape":[2,1],"datatype":"FP64","data":[1,2]}]""");
        var table = new ModelSignature([new ModelField("a", "FP64", [-1])], [], HasTensorInputs: false);
        Assert.Equal("""{"inputs":{"a":[1,2]}}""", (await SentAsync(new ModelInput(InputForm.OpenInference, tensor), table)).Body);
        var bare = new ModelSignature([new ModelField("", "FP64", [-1, 1])], [], HasTensorInputs: true);
        Assert.Equal("""{"inputs":[[1],[2]]}""", (await SentAsync(new ModelInput(InputForm.OpenInference, tensor), bare)).Body);

        var wide = new ModelInput(
            InputForm.OpenInference,
            JsonNode.Parse("""[{"name":"a","shape":[1,2],"datatype":"FP64","data":[1,2]}]""")
        );
        await Assert.ThrowsAsync<ModelInputException>(() => SentAsync(wide, table));
        var two = new ModelInput(
            InputForm.OpenInference,
            JsonNode.Parse(
                """[{"name":"a","shape":[1],"datatype":"FP64","data":[1]},{"name":"b","shape":[1],"datatype":"FP64","data":[1]}]"""
            )
        );
        await Assert.ThrowsAsync<ModelInputException>(() => SentAsync(two, bare));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("""[{"shape":[1],"datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"","shape":[1],"datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"a","datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[],"datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[-1],"datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[1.5],"datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":["1"],"datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[2],"datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[2147483647,2147483647,2147483647],"datatype":"FP64","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"FP128","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"FP64"}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"FP64","data":["1"]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"FP64","data":[null]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"INT32","data":[1.5]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"INT32","data":[1e400]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"BOOL","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"BYTES","data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"FP64","data":[[1]]}]""")]
    [InlineData("""[{"name":"a","shape":[1],"datatype":"FP64","data":[1]},{"name":"a","shape":[1],"datatype":"FP64","data":[1]}]""")]
    public async Task What_is_no_tensor_is_refused_before_anything_is_sent(string tensors) =>
        await RefusedAsync(new ModelInput(InputForm.OpenInference, JsonNode.Parse(tensors)));

    [Fact]
    public async Task What_has_no_form_is_refused_before_anything_is_sent()
    {
        await RefusedAsync(new ModelInput(InputForm.Instances, null));
        await RefusedAsync(ModelInput.Of(null));
        await RefusedAsync(new ModelInput(InputForm.Instances, double.NaN));
        await RefusedAsync(new ModelInput(InputForm.Csv, 7));
        await RefusedAsync(new ModelInput(InputForm.Csv, ""));
        await RefusedAsync(new ModelInput(InputForm.Csv, "a\n\ud800"));
        await RefusedAsync(new ModelInput(InputForm.Csv, "a\n1\n", new JsonObject { ["x"] = 1 }));
        JsonNode deep = 1;
        for (var i = 0; i < 200; i++)
        {
            deep = new JsonArray(deep);
        }

        await RefusedAsync(new ModelInput(InputForm.Inputs, deep));
    }

    private static async Task RefusedAsync(ModelInput input)
    {
        await using var server = await RemoteServer.StartAsync();
        await using var runner = await server.ConnectAsync();
        var before = server.Http.Asked.Count;
        Assert.Equal(2, (await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(input, None))).ExitCode);
        Assert.Equal(before, server.Http.Asked.Count);
    }

    private static async Task<(string Type, string Body)> SentAsync(ModelInput input, ModelSignature? signature = null)
    {
        await using var server = await RemoteServer.StartAsync();
        await using var runner = await RemoteServer.ConnectAsync(
            new RemoteRunnerOptions { Address = server.Address, Signature = signature ?? ModelSignature.None }
        );
        await runner.RunAsync(input, None);
        return server.LastBody;
    }
}
