using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Graphs of every shape of input and output, and what happens when one fails.</summary>
public sealed class OnnxGraphTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    // Several inputs, by every form that has names.
    [InlineData("pair", "Inputs", """{"b":[[1],[2]],"a":[[5],[7]]}""", "[[4],[5]]")]
    [InlineData("pair", "Inputs", """{"a":[5,7],"b":[1,2]}""", "[[4],[5]]")]
    [InlineData("pair", "Inputs", """[{"a":5,"b":1},{"b":2,"a":7}]""", "[[4],[5]]")]
    [InlineData("pair", "Instances", """[{"a":5,"b":1},{"a":7,"b":2}]""", "[[4],[5]]")]
    [InlineData("pair", "Instances", """[{"a":[5],"b":[1]},{"a":[7],"b":[2]}]""", "[[4],[5]]")]
    [InlineData("pair", "DataframeRecords", """[{"a":5,"b":1},{"a":7,"b":2}]""", "[[4],[5]]")]
    [InlineData("pair", "DataframeSplit", """{"columns":["b","a"],"data":[[1,5],[2,7]]}""", "[[4],[5]]")]
    [InlineData("pair", "Csv", "\"a,b\\r\\n5,1\\r\\n7,2\\r\\n\"", "[[4],[5]]")]
    [InlineData("pair", "Plain", """{"a":5,"b":1}""", "[[4]]")]
    [InlineData("pair", "Plain", """{"a":[5],"b":[1]}""", "[[4]]")]
    // A plain value: one row, or what only fits as it is.
    [InlineData("matrix", "Plain", "[1,2,3]", "[[1,2,3]]")]
    [InlineData("matrix", "Plain", "[[1,2,3],[4,5,6]]", "[[1,2,3],[4,5,6]]")]
    [InlineData("matrix", "Plain", """{"z":1,"a":2,"m":3}""", "[[1,2,3]]")]
    [InlineData("matrix", "Plain", """{"x":[1,2,3]}""", "[[1,2,3]]")]
    [InlineData("matrix", "Inputs", """{"x":[[1,2,3]]}""", "[[1,2,3]]")]
    [InlineData("matrix", "Inputs", """{"c":1,"a":2,"b":3}""", "[[1,2,3]]")]
    [InlineData("matrix", "Inputs", """{"c":[1,4],"a":[2,5],"b":[3,6]}""", "[[1,2,3],[4,5,6]]")]
    [InlineData("matrix", "DataframeRecords", """[{"x":[1,2,3]},{"x":[4,5,6]}]""", "[[1,2,3],[4,5,6]]")]
    [InlineData("matrix", "DataframeSplit", """{"data":[[1,2,3]]}""", "[[1,2,3]]")]
    [InlineData("matrix", "DataframeSplit", """{"columns":[0,1,2],"data":[[1,2,3]],"index":[7]}""", "[[1,2,3]]")]
    [InlineData("matrix", "Csv", "\"a,b,c\\n 1 ,2e0,-3.5\\n\"", "[[1,2,-3.5]]")]
    [InlineData("matrix", "OpenInference", """[{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,2,3,4,5,6]}]""", "[[1,2,3],[4,5,6]]")]
    [InlineData(
        "matrix",
        "OpenInference",
        """[{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1,2,3],[4,5,6]]}]""",
        "[[1,2,3],[4,5,6]]"
    )]
    [InlineData("matrix", "OpenInference", """[{"name":"x","shape":[0,3],"datatype":"FP32","data":[]}]""", "[]")]
    // A single value, sequences, maps with texts for keys, four dimensions of which two are open.
    [InlineData("total", "Plain", "[1,2,3,6]", "3")]
    [InlineData("rows", "Instances", "[[1,2],[3,4]]", "[[[1,2]],[[3,4]]]")]
    [InlineData("named", "Instances", "[[0.25,0.75],[1,0]]", """[{"no":0.25,"yes":0.75},{"no":1,"yes":0}]""")]
    [InlineData("image", "Instances", "[[[[1,2]],[[3,4]],[[5,6]]]]", "[[1,2,3,4,5,6]]")]
    [InlineData("image", "Inputs", "[[[[1,2],[0,0]],[[3,4],[0,0]],[[5,6],[0,0]]]]", "[[1,2,0,0,3,4,0,0,5,6,0,0]]")]
    [InlineData("image", "Plain", "[[[1,2]],[[3,4]],[[5,6]]]", "[[1,2,3,4,5,6]]")]
    [InlineData("lookup", "Plain", "[2,0]", "[30,10]")]
    [InlineData("lookup", "Plain", "1", "[20]")]
    [InlineData("lookup", "DataframeRecords", """[{"i":0},{"i":1}]""", "[10,20]")]
    public async Task The_answer_is_that_of_the_graph(string graph, string form, string input, string answer)
    {
        await using var runner = await models.StartGraphAsync(graph);
        var output = await runner.RunAsync(new ModelInput(Enum.Parse<InputForm>(form), JsonNode.Parse(input)), CancellationToken.None);
        Assert.Equal(answer, output.Value!.ToJsonString());
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Sequences_of_tensors_are_no_tensors_and_maps_with_the_same_keys_are_one()
    {
        await using var rows = await models.StartGraphAsync("rows");
        Assert.Empty((await rows.RunAsync(ModelInput.Of(JsonNode.Parse("[1,2]")), CancellationToken.None)).Tensors);
        Assert.Equal(new ModelField("pieces", "FP32", null), Assert.Single(rows.Outputs));

        await using var named = await models.StartGraphAsync("named");
        var tensor = Assert.Single(
            (await named.RunAsync(ModelInput.Of(JsonNode.Parse("[[0.25,0.75],[1,0],[0,1]]")), CancellationToken.None)).Tensors
        );
        Assert.Equal([3L, 2L], tensor.Shape);
        Assert.Equal("[0.25,0.75,1,0,0,1]", tensor.Data.ToJsonString());
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("[3]")]
    [InlineData("[0,-4]")]
    public async Task An_input_that_an_operator_refuses_is_the_inputs_fault(string input)
    {
        await using var runner = await models.StartGraphAsync("lookup");
        var refusal = await Assert.ThrowsAsync<ModelInputException>(() =>
            runner.RunAsync(ModelInput.Of(JsonNode.Parse(input)), CancellationToken.None)
        );
        Assert.StartsWith("the model refuses the input: ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("[20]", (await runner.RunAsync(ModelInput.Of(JsonNode.Parse("[1]")), CancellationToken.None)).Value!.ToJsonString());
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Inputs_whose_lengths_do_not_go_together_fail_the_run_and_not_the_runner()
    {
        await using var runner = await models.StartGraphAsync("pair");
        var failure = await Assert.ThrowsAsync<ModelRunException>(() =>
            runner.RunAsync(ModelInput.Of(JsonNode.Parse("""{"a":[[1],[2]],"b":[[1],[2],[3]]}""")), CancellationToken.None)
        );
        Assert.StartsWith("model.onnx failed: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, failure.ExitCode);
        Assert.Equal(
            "[[1]]",
            (await runner.RunAsync(ModelInput.Of(JsonNode.Parse("""{"a":2,"b":1}""")), CancellationToken.None)).Value!.ToJsonString()
        );
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task NaN_and_infinities_are_answered_and_can_be_committed_to()
    {
        await using var runner = await models.StartGraphAsync("logarithm");

        var output = await runner.RunAsync(ModelInput.Of(JsonNode.Parse("[-1,0,1]")), CancellationToken.None);

        double[] answer = [double.NaN, double.NegativeInfinity, 0];
        Assert.Equal(answer, output.Value!.AsArray().Select(value => value!.GetValue<double>()));
        Assert.Equal(answer, output.Tensors[0].Data.Select(value => value!.GetValue<double>()));
        var committed = SHA256.HashData("""{"numbers":{"/0":"NaN","/1":"-Infinity"},"prediction":[null,null,0]}"""u8);
        Assert.Equal(Convert.ToHexStringLower(committed), PredictionCommitment.OfOutput(output.Value));
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task An_answer_that_grows_beyond_the_bound_is_not_read()
    {
        await using var runner = await OnnxModels.StartAsync(models.Graph("growing"), OnnxModels.Options with { MaxElements = 1000 });
        Assert.Equal(1000, (await runner.RunAsync(ModelInput.Of(JsonNode.Parse("[1000]")), CancellationToken.None)).Value!.AsArray().Count);
        var failure = await Assert.ThrowsAsync<ModelRunException>(() =>
            runner.RunAsync(new ModelInput(InputForm.Inputs, JsonNode.Parse("[1001]")), CancellationToken.None)
        );
        Assert.Equal("the answer of model.onnx cannot be used: the outputs have more than 1000 elements", failure.Message);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("listed", "\"pieces\" sequence of FP32 of any shape")]
    [InlineData("maybe", "\"given\" Optional")]
    [InlineData("sparse", "\"given\" SparseTensor")]
    public async Task A_model_that_takes_what_no_form_can_write_is_refused_at_the_start(string graph, string input)
    {
        var failure = await Assert.ThrowsAsync<ModelRunException>(() => models.StartGraphAsync(graph));
        Assert.Equal("model.onnx takes what cannot be handed over here: " + input, failure.Message);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task A_run_without_end_stops_when_it_is_cancelled()
    {
        await using var runner = await models.StartGraphAsync("endless");
        using var cancellation = new CancellationTokenSource();
        var run = Task.Run(() => runner.RunAsync(ModelInput.Of(JsonNode.Parse("[1]")), cancellation.Token));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        // And one that is cancelled while it runs.
        using var later = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.RunAsync(ModelInput.Of(JsonNode.Parse("[1]")), later.Token));
    }
}
