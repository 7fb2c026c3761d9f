using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Inputs that do not fit are refused before the model runs, with what the model takes.</summary>
public sealed class OnnxInputRefusalTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    private const string Columns = """
        flavors:
          onnx:
            data: model.onnx
        signature:
          inputs: '[{"type": "long", "name": "one"}, {"type": "double", "name": "two"}, {"type": "boolean", "name": "three", "required": false}]'
        """;

    private const string Tensor = """
        flavors:
          onnx:
            data: model.onnx
        signature:
          inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int8", "shape": [2, 3]}}]'
        """;

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    // Dimensions.
    [InlineData("Instances", "[[1,2]]", "the input has the dimensions [1,2], not [-1,3]")]
    [InlineData(
        "Instances",
        "[[1,2,3],[4,5]]",
        "lists that should be equally long are not: at [1] (counted from 0) is a list of 2, where the first one has a list of 3"
    )]
    [InlineData(
        "Instances",
        "[[1,2,3],4]",
        "lists that should be equally long are not: at [1] (counted from 0) is a number, where the first one has a list of 3"
    )]
    [InlineData(
        "Instances",
        "[[1,2,[3]]]",
        "lists that should be equally long are not: at [0,2] (counted from 0) is a list of 1, where the first one has a single value"
    )]
    [InlineData("Instances", "[]", "the input has the dimensions [0], not [-1,3]")]
    [InlineData("Instances", "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "lists are nested more than 16 deep")]
    [InlineData("Plain", "[1,2,3,4]", "the input has the dimensions [1,4], not [-1,3]")]
    [InlineData("Plain", "5", "the input has the dimensions [], not [-1,3]")]
    [InlineData("Plain", """{"a":1,"b":2}""", "the input has the dimensions [1,2], not [-1,3]")]
    [InlineData("Plain", "{}", "the input has no rows")]
    [InlineData("Plain", "null", "the input has the dimensions [], not [-1,3]")]
    // Types and values.
    [InlineData("Instances", """[[1,2,"3"]]""", "the input at [0,2] (counted from 0) is a text that does not fit FP32")]
    [InlineData("Instances", "[[1,2,3],[1,true,3]]", "the input at [1,1] (counted from 0) is a truth value that does not fit FP32")]
    [InlineData("Instances", "[[1,null,3]]", "the input at [0,1] (counted from 0) is null that does not fit FP32")]
    [InlineData("Instances", "[[1,{},3]]", "the input at [0,1] (counted from 0) is an object that does not fit FP32")]
    [InlineData("Instances", "[[1,1e39,3]]", "the input at [0,1] (counted from 0) is a number that does not fit FP32")]
    [InlineData("Instances", "[[1,1e400,3]]", "the input at [0,1] (counted from 0) is a number that does not fit FP32")]
    // Forms.
    [InlineData("Instances", "7", "instances is no list")]
    [InlineData("Instances", """[{"a":1,"b":2,"c":3},{"a":1,"b":2}]""", "row 1 (counted from 0) is no object with the same names as row 0")]
    [InlineData("Instances", """[{"a":1,"b":2,"c":3},{"a":1,"b":2,"d":3}]""", "row 1 (counted from 0) has no \"c\", which row 0 has")]
    [InlineData("Instances", """[{"a":1,"b":2,"c":3},[1,2,3]]""", "row 1 (counted from 0) is no object with the same names as row 0")]
    [InlineData("Inputs", """{"x":[[1,2,3]],"z":[1]}""", "the model has no input \"z\"")]
    [InlineData("Inputs", """{"a":[1],"b":[2,3],"c":[4]}""", "\"b\" is no list of 1, as the first list is")]
    [InlineData("Inputs", """{"a":1,"b":[2,3],"c":[4,5]}""", "\"a\" is no list of 2, as the first list is")]
    [InlineData("DataframeRecords", """{"a":1}""", "dataframe_records is no list of objects")]
    [InlineData("DataframeRecords", "[]", "the input has no rows")]
    [InlineData("DataframeSplit", "[1]", "dataframe_split is no object with \"columns\" and \"data\"")]
    [InlineData("DataframeSplit", """{"columns":["a"]}""", "dataframe_split is no object with \"columns\" and \"data\"")]
    [InlineData(
        "DataframeSplit",
        """{"columns":["a"],"data":[[1]],"rows":[]}""",
        "dataframe_split has a member \"rows\"; it has \"columns\", \"data\" and \"index\""
    )]
    [InlineData("DataframeSplit", """{"columns":5,"data":[[1]]}""", "dataframe_split's \"columns\" is no list")]
    [InlineData("DataframeSplit", """{"columns":[null],"data":[[1]]}""", "dataframe_split's \"columns\" holds what is no name")]
    [InlineData("DataframeSplit", """{"columns":["a","a","c"],"data":[[1,2,3]]}""", "the column \"a\" stands there twice")]
    [InlineData(
        "DataframeSplit",
        """{"columns":["a","b","c"],"data":[[1,2,3],[1,2]]}""",
        "row 1 of dataframe_split (counted from 0) is no list of 3"
    )]
    [InlineData("DataframeSplit", """{"columns":["a","b","c"],"data":[]}""", "the input has no rows")]
    [InlineData("DataframeSplit", """{"columns":["a","b"],"data":[[1,2]]}""", "the input has the dimensions [1,2], not [-1,3]")]
    // CSV.
    [InlineData("Csv", "7", "the CSV is no text")]
    [InlineData("Csv", "\"\"", "the input has no rows")]
    [InlineData("Csv", "\"a,b,c\\n\"", "the input has no rows")]
    [InlineData("Csv", "\"a,b,c\\n1,2,NaN\\n\"", "the input at [0,2] (counted from 0) is a cell that does not fit FP32")]
    [InlineData("Csv", "\"a,b,c\\n1,2,inf\\n\"", "the input at [0,2] (counted from 0) is a cell that does not fit FP32")]
    [InlineData("Csv", "\"a,b,c\\n1,,3\\n\"", "the input at [0,1] (counted from 0) is an empty cell that does not fit FP32")]
    [InlineData("Csv", "\"a,b,c\\n1,2,x\\n\"", "the input at [0,2] (counted from 0) is a cell that does not fit FP32")]
    // The Open Inference Protocol.
    [InlineData("OpenInference", "{}", "the inputs are no list of tensors")]
    [InlineData("OpenInference", "[]", "the input \"x\" is missing")]
    [InlineData("OpenInference", "[7]", "an input has no name")]
    [InlineData("OpenInference", """[{"name":"z","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]""", "the model has no input \"z\"")]
    [InlineData(
        "OpenInference",
        """[{"name":"x","shape":[1,3],"datatype":"FP64","data":[1,2,3]}]""",
        "the input \"x\" has the datatype \"FP64\", not FP32"
    )]
    [InlineData("OpenInference", """[{"name":"x","shape":[1,3],"data":[1,2,3]}]""", "the input \"x\" has the datatype none, not FP32")]
    [InlineData("OpenInference", """[{"name":"x","datatype":"FP32","data":[1,2,3]}]""", "the input \"x\" has no list \"shape\"")]
    [InlineData(
        "OpenInference",
        """[{"name":"x","shape":[1,-3],"datatype":"FP32","data":[1,2,3]}]""",
        "the input \"x\" has a shape with what is no dimension"
    )]
    [InlineData(
        "OpenInference",
        """[{"name":"x","shape":[1,"3"],"datatype":"FP32","data":[1,2,3]}]""",
        "the input \"x\" has a shape with what is no dimension"
    )]
    [InlineData("OpenInference", """[{"name":"x","shape":[1,3],"datatype":"FP32"}]""", "the input \"x\" has no list \"data\"")]
    [InlineData(
        "OpenInference",
        """[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2]}]""",
        "the input \"x\" has data of the dimensions [2] where its shape is [1,3]"
    )]
    [InlineData(
        "OpenInference",
        """[{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1,2],[3,4],[5,6]]}]""",
        "the input \"x\" has data of the dimensions [3,2] where its shape is [2,3]"
    )]
    [InlineData(
        "OpenInference",
        """[{"name":"x","shape":[3,1],"datatype":"FP32","data":[1,2,3]}]""",
        "the input has the dimensions [3,1], not [-1,3]"
    )]
    [InlineData(
        "OpenInference",
        """[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]},{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]""",
        "the input \"x\" stands there twice"
    )]
    public async Task What_does_not_fit_the_graph_is_refused(string form, string json, string message)
    {
        await using var runner = await models.StartGraphAsync("matrix");
        var refusal = await RefuseAsync(runner, form, json);
        Assert.Equal(message, refusal.Message);
        Assert.Equal(["the model takes \"x\" FP32 [-1,3]"], refusal.Hints);
        Assert.Equal(2, refusal.ExitCode);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("Csv", "\"a,b,c\\n1,2\\n\"")]
    [InlineData("Csv", "\"a,b,c\\n1,2,3,4\\n\"")]
    [InlineData("Csv", "\"a,b,c\\n1,2,\\\"3\\n\"")]
    [InlineData("Csv", "\"a,b,c\\n1,2,secret\\\"3\\n\"")]
    public async Task Crooked_CSV_is_refused_without_its_values(string form, string json)
    {
        await using var runner = await models.StartGraphAsync("matrix");
        var refusal = await RefuseAsync(runner, form, json);
        Assert.StartsWith("the CSV cannot be read: ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("DataframeRecords", """[{"one":1,"three":true}]""", "the column \"two\" is missing")]
    [InlineData(
        "DataframeRecords",
        """[{"one":1,"two":2}]""",
        "the column \"three\" is missing: its signature calls it optional, but the graph takes all columns as one input"
    )]
    [InlineData(
        "DataframeRecords",
        """[{"one":1.5,"two":2,"three":3}]""",
        "\"one\" in row 0 (counted from 0) is a number that does not fit INT64"
    )]
    [InlineData(
        "DataframeRecords",
        """[{"one":1,"two":"2","three":3}]""",
        "\"two\" in row 0 (counted from 0) is a text that does not fit FP64"
    )]
    [InlineData(
        "DataframeRecords",
        """[{"one":1,"two":2,"three":3}]""",
        "\"three\" in row 0 (counted from 0) is a number that does not fit BOOL"
    )]
    [InlineData("Csv", "\"two,one,three\\n1,2,1\\n1,x,1\\n\"", "\"three\" in row 0 (counted from 0) is a cell that does not fit BOOL")]
    [InlineData("Instances", "[[1,2,3],[1.5,2,3]]", "\"three\" in row 0 (counted from 0) is a number that does not fit BOOL")]
    [InlineData("Plain", "[1.5,2,3]", "\"one\" in row 0 (counted from 0) is a number that does not fit INT64")]
    public async Task What_does_not_fit_the_signatures_columns_is_refused(string form, string json, string message)
    {
        await using var runner = await models.StartGraphAsync("matrix", Columns);
        var refusal = await RefuseAsync(runner, form, json);
        Assert.Equal(message, refusal.Message);
        Assert.Equal(
            ["the model takes \"x\" FP32 [-1,3]", "by its signature: \"one\" INT64; \"two\" FP64; \"three\" BOOL (optional)"],
            refusal.Hints
        );
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("[[1,2,3]]", "the input has the dimensions [1,3], by the signature [2,3]")]
    [InlineData("[[1,2,3],[4,5,300]]", "the input at [1,2] (counted from 0) is a number that does not fit INT8")]
    [InlineData("[[1,2,3],[4,5,0.5]]", "the input at [1,2] (counted from 0) is a number that does not fit INT8")]
    public async Task What_does_not_fit_the_signatures_tensor_is_refused(string json, string message)
    {
        await using var runner = await models.StartGraphAsync("matrix", Tensor);
        Assert.Equal(message, (await RefuseAsync(runner, "Inputs", json)).Message);
        var output = await runner.RunAsync(
            new ModelInput(InputForm.Inputs, JsonNode.Parse("[[1,2,3],[4,5,-128]]")),
            CancellationToken.None
        );
        Assert.Equal("[[1,2,3],[4,5,-128]]", output.Value!.ToJsonString());
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("Plain", "[1,2]", "the model has 2 inputs: name each")]
    [InlineData("Instances", "[[1],[2]]", "the model has 2 inputs: name each")]
    [InlineData("Inputs", """{"a":[1]}""", "the input \"b\" is missing")]
    [InlineData("Inputs", """{"a":[1],"b":[2],"c":[3]}""", "the model has no input \"c\"")]
    [InlineData("Plain", """{"a":1}""", "the column \"a\" is missing")]
    [InlineData("Plain", """{"a":1,"b":2,"c":3}""", "the model has no input \"c\"")]
    [InlineData("DataframeRecords", """[{"a":1}]""", "the column \"b\" is missing")]
    [InlineData("DataframeRecords", """[{"a":1,"b":2,"c":3}]""", "the model has no input \"c\"")]
    [InlineData("DataframeSplit", """{"data":[[1,2]]}""", "the column \"a\" is missing")]
    [InlineData("Instances", """[{"a":1,"b":[2,3]}]""", "the input \"b\" has the dimensions [1,2], not [-1,1]")]
    public async Task Several_inputs_are_told_apart_by_their_names(string form, string json, string message)
    {
        await using var runner = await models.StartGraphAsync("pair");
        Assert.Equal(message, (await RefuseAsync(runner, form, json)).Message);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Too_many_elements_are_refused()
    {
        await using var runner = await OnnxModels.StartAsync(models.Graph("matrix"), OnnxModels.Options with { MaxElements = 6 });
        Assert.NotNull(
            await runner.RunAsync(new ModelInput(InputForm.Inputs, JsonNode.Parse("[[1,2,3],[4,5,6]]")), CancellationToken.None)
        );
        foreach (
            var (form, json) in ((string, string)[])
                [
                    ("Inputs", "[[1,2,3],[4,5,6],[7,8,9]]"),
                    ("Csv", "\"a,b,c\\n1,2,3\\n4,5,6\\n7,8,9\\n\""),
                    ("DataframeSplit", """{"columns":["a","b","c"],"data":[[1,2,3],[4,5,6],[7,8,9]]}"""),
                    ("DataframeRecords", """[{"a":1,"b":2,"c":3},{"a":1,"b":2,"c":3},{"a":1,"b":2,"c":3}]"""),
                    ("OpenInference", """[{"name":"x","shape":[1000000000000,1000000000000],"datatype":"FP32","data":[1]}]"""),
                ]
        )
        {
            Assert.Contains("more than 6 elements", (await RefuseAsync(runner, form, json)).Message, StringComparison.Ordinal);
        }
    }

    private static Task<ModelInputException> RefuseAsync(IModelRunner runner, string form, string json) =>
        Assert.ThrowsAsync<ModelInputException>(() =>
            runner.RunAsync(new ModelInput(Enum.Parse<InputForm>(form), JsonNode.Parse(json)), CancellationToken.None)
        );
}
