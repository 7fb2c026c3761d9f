using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Each JSON form of MLflow's protocol with each odd value: an answer, or a refusal that names the place.</summary>
public sealed class OnnxOddFormTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    private const string NoTable = "dataframe_split is no object with \"columns\" and \"data\"";
    private const string Ragged =
        "lists that should be equally long are not: at [1] (counted from 0) is a list of 1, where the first one has a list of 3";
    private const string NoRecords = "dataframe_records is no list of objects";

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("Inputs", "5", "the input has the dimensions [], not [-1,3]")]
    [InlineData("Inputs", "null", "the input has the dimensions [], not [-1,3]")]
    [InlineData("Inputs", "[1,2,3]", "the input has the dimensions [3], not [-1,3]")]
    [InlineData("Inputs", "[]", "the input has the dimensions [0], not [-1,3]")]
    [InlineData("Inputs", "[[]]", "the input has the dimensions [1,0], not [-1,3]")]
    [InlineData("Inputs", "{}", "the input has no rows")]
    [InlineData("Inputs", """{"a":null,"b":[1]}""", "\"a\" is null, and neither a list nor a single value")]
    [InlineData("Inputs", """{"a":[1],"b":{}}""", "\"b\" is an object, and neither a list nor a single value")]
    [InlineData("Inputs", """{"a":1,"b":[1]}""", "\"a\" is no list of 1, as the first list is")]
    [InlineData("Inputs", """{"a":[],"b":[]}""", "the input has no rows")]
    [InlineData("Inputs", "[[1,2,3],[1]]", Ragged)]
    [InlineData("Instances", "5", "instances is no list")]
    [InlineData("Instances", "null", "instances is no list")]
    [InlineData("Instances", "{}", "instances is no list")]
    [InlineData("Instances", "[1,2,3]", "the input has the dimensions [3], not [-1,3]")]
    [InlineData("Instances", "[]", "the input has the dimensions [0], not [-1,3]")]
    [InlineData("Instances", "[[1,2,3],[1]]", Ragged)]
    [InlineData(
        "Instances",
        "[[1,2,3],null]",
        "lists that should be equally long are not: at [1] (counted from 0) is null, where the first one has a list of 3"
    )]
    [InlineData("DataframeRecords", "5", NoRecords)]
    [InlineData("DataframeRecords", "null", NoRecords)]
    [InlineData("DataframeRecords", "{}", NoRecords)]
    [InlineData("DataframeRecords", "[]", "the input has no rows")]
    [InlineData("DataframeRecords", "[{}]", "the input has no rows")]
    [InlineData("DataframeRecords", "[1,2,3]", "row 0 (counted from 0) is no object with the same names as row 0")]
    [InlineData(
        "DataframeRecords",
        """[{"a":1,"b":2,"c":3},{"a":1}]""",
        "row 1 (counted from 0) is no object with the same names as row 0"
    )]
    [InlineData("DataframeSplit", "5", NoTable)]
    [InlineData("DataframeSplit", "null", NoTable)]
    [InlineData("DataframeSplit", "[]", NoTable)]
    [InlineData("DataframeSplit", "[1,2,3]", NoTable)]
    [InlineData("DataframeSplit", "{}", NoTable)]
    [InlineData("DataframeSplit", """{"data":[]}""", "the input has no rows")]
    [InlineData("DataframeSplit", """{"data":[[1,2,3],[1]]}""", "row 1 of dataframe_split (counted from 0) is no list of 3")]
    public async Task Each_form_refuses_each_odd_value_and_names_the_place(string form, string json, string message)
    {
        await using var runner = await models.StartGraphAsync("matrix");

        var refusal = await Assert.ThrowsAsync<ModelInputException>(() =>
            runner.RunAsync(new ModelInput(Enum.Parse<InputForm>(form), JsonNode.Parse(json)), CancellationToken.None)
        );

        Assert.Equal(message, refusal.Message);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("total", "Inputs", "[[1,2,3,6]]", "3")]
    [InlineData("logarithm", "Inputs", "[1]", "[0]")]
    [InlineData("logarithm", "Inputs", "[]", "[]")]
    [InlineData("logarithm", "Instances", "[]", "[]")]
    [InlineData("logarithm", "DataframeSplit", """{"columns":["x"],"data":[[1]]}""", "[0]")]
    [InlineData("logarithm", "DataframeRecords", """[{"x":1}]""", "[0]")]
    public async Task What_fits_the_graph_is_answered_with_or_without_rows(string graph, string form, string json, string answer)
    {
        await using var runner = await models.StartGraphAsync(graph);

        var output = await runner.RunAsync(new ModelInput(Enum.Parse<InputForm>(form), JsonNode.Parse(json)), CancellationToken.None);

        Assert.Equal(answer, output.Value!.ToJsonString());
    }
}
