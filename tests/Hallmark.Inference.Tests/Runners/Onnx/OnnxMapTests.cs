using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Models whose input is a map, as converters write scikit-learn's <c>DictVectorizer</c>: what is in no entry is 0 (ai.onnx.ml, DictVectorizer).</summary>
public sealed class OnnxMapTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    // The entries themselves, under the input's name, as the one row of a table.
    [InlineData("features", "Plain", """{"grün ✓":2.5,"a":1}""", "[[1,2.5,0]]")]
    [InlineData("features", "Plain", """{"features":{"a":1}}""", "[[1,0,0]]")]
    [InlineData("features", "Inputs", """{"a":1}""", "[[1,0,0]]")]
    [InlineData("features", "Inputs", """{"features":{"a":1}}""", "[[1,0,0]]")]
    [InlineData("features", "Inputs", """[{"a":1}]""", "[[1,0,0]]")]
    [InlineData("features", "Instances", """[{"a":1}]""", "[[1,0,0]]")]
    [InlineData("features", "Instances", """[{"features":{"a":1}}]""", "[[1,0,0]]")]
    [InlineData("features", "DataframeRecords", """[{"a":1,"grün ✓":-1}]""", "[[1,-1,0]]")]
    [InlineData("features", "DataframeRecords", """[{"features":{"a":1}}]""", "[[1,0,0]]")]
    [InlineData("features", "DataframeSplit", """{"columns":["grün ✓","a"],"data":[[4,3]]}""", "[[3,4,0]]")]
    [InlineData("features", "DataframeSplit", """{"columns":["features"],"data":[[{"a":1}]]}""", "[[1,0,0]]")]
    [InlineData("features", "Csv", "\"grün ✓,a\\n 4 ,3e0\\n\"", "[[3,4,0]]")]
    // A key may be called as the input is: no value of a map is an object.
    [InlineData("features", "Plain", """{"features":7}""", "[[0,0,7]]")]
    [InlineData("features", "Plain", """{"features":7,"a":1}""", "[[1,0,7]]")]
    [InlineData("features", "Csv", "\"features\\n7\\n\"", "[[0,0,7]]")]
    // No entry at all, and one that the vocabulary has not.
    [InlineData("features", "Plain", "{}", "[[0,0,0]]")]
    [InlineData("features", "DataframeRecords", "[{}]", "[[0,0,0]]")]
    [InlineData("features", "Plain", """{"b":5,"a":1}""", "[[1,0,0]]")]
    // Other values and keys.
    [InlineData("features_double", "Plain", """{"a":0.1,"c":1e300}""", "[[0.1,0,1E+300]]")]
    [InlineData("features_counted", "Plain", """{"a":3.0,"b":-9007199254740992}""", "[[3,-9007199254740992,0]]")]
    [InlineData("numbered", "Plain", """{"-1":0.5,"3":1,"9223372036854775807":2}""", "[[1,0.5,2]]")]
    [InlineData("numbered", "Csv", "\"3,-1\\n1,2\\n\"", "[[1,2,0]]")]
    [InlineData("numbered", "DataframeSplit", """{"columns":[3,-1],"data":[[1,2]]}""", "[[1,2,0]]")]
    [InlineData("numbered_words", "Plain", """{"3":"drei ✓","1":""}""", """[["","","drei \u2713"]]""")]
    // A map beside a tensor, by the names of both.
    [InlineData("shifted", "Inputs", """{"features":{"b":1},"shift":[[10,20,30]]}""", "[[10,21,30]]")]
    [InlineData("shifted", "Plain", """{"features":{"b":1},"shift":[10,20,30]}""", "[[10,21,30]]")]
    [InlineData("shifted", "Instances", """[{"features":{"b":1},"shift":[10,20,30]}]""", "[[10,21,30]]")]
    [InlineData("shifted", "DataframeSplit", """{"columns":["shift","features"],"data":[[[10,20,30],{"b":1}]]}""", "[[10,21,30]]")]
    public async Task A_map_is_written_as_an_object_or_as_one_row(string graph, string form, string input, string answer)
    {
        await using var runner = await models.StartGraphAsync(graph);
        var output = await runner.RunAsync(Write(form, input), CancellationToken.None);
        Assert.Equal(answer, output.Value!.ToJsonString());
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    public async Task All_rows_of_iris_as_dictionaries_get_the_answers_of_scikit_learn()
    {
        var expected = models.Expected("dict");
        var rows = expected["inputs"]!.AsArray();
        Assert.Contains(rows, row => row!.AsObject().Count == 3);
        await using var runner = await OnnxModels.StartAsync(models.Trained("dict"));

        for (var i = 0; i < rows.Count; i++)
        {
            var output = await runner.RunAsync(ModelInput.Of(rows[i]), CancellationToken.None);

            Assert.Equal(expected["outputs"]!["label"]![i]!.ToJsonString(), output.Value!["label"]![0]!.ToJsonString());
            var probabilities = expected["outputs"]!["probabilities"]![i]!.AsArray();
            for (var label = 0; label < probabilities.Count; label++)
            {
                var given = output.Value["probabilities"]![0]![$"{label}"]!.GetValue<double>();
                Assert.Equal(probabilities[label]!.GetValue<double>(), given, tolerance: 1e-5);
            }
        }
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("features", "FP32")]
    [InlineData("features_counted", "INT64")]
    [InlineData("numbered_words", "BYTES")]
    public async Task A_map_is_described_by_its_values_and_has_no_dimensions(string graph, string dataType)
    {
        await using var runner = await models.StartGraphAsync(graph);
        Assert.Equal(new ModelField("features", dataType, null), Assert.Single(runner.Inputs));
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("Plain", "7", "the input \"features\" is a number, and not the object that a map is written as")]
    [InlineData("Plain", "null", "the input \"features\" is null, and not the object that a map is written as")]
    [InlineData("Plain", """[{"a":1}]""", "the input \"features\" is a list, and not the object that a map is written as")]
    [InlineData("Inputs", "[[1,2,3]]", "the input \"features\" is a list, and not the object that a map is written as")]
    [InlineData("Instances", "[[1,2,3]]", "the input \"features\" is a list, and not the object that a map is written as")]
    [InlineData("Instances", """{"a":1}""", "instances is no list")]
    [InlineData("DataframeRecords", """{"a":1}""", "dataframe_records is no list of objects")]
    // One map for a run.
    [InlineData("Inputs", "[]", "the model takes one map at a time, and 0 rows came")]
    [InlineData("Instances", """[{"a":1},{"a":2}]""", "the model takes one map at a time, and 2 rows came")]
    [InlineData("DataframeRecords", """[{"a":1},{"a":2},{"a":3}]""", "the model takes one map at a time, and 3 rows came")]
    [InlineData("DataframeSplit", """{"columns":["a"],"data":[[1],[2]]}""", "the model takes one map at a time, and 2 rows came")]
    [InlineData("Csv", "\"a\\n1\\n2\\n\"", "the model takes one map at a time, and 2 rows came")]
    [InlineData("DataframeSplit", """{"data":[[1,2]]}""", "the columns have no names, which are a map's keys")]
    // Values.
    [InlineData("Plain", """{"a":"1"}""", "\"a\" is a text that does not fit FP32")]
    [InlineData("Plain", """{"a":null}""", "\"a\" is null that does not fit FP32")]
    [InlineData("Plain", """{"a":true}""", "\"a\" is a truth value that does not fit FP32")]
    [InlineData("Plain", """{"a":[1]}""", "\"a\" is a list that does not fit FP32")]
    [InlineData("Plain", """{"a":1,"b":{"a":1}}""", "\"b\" is an object that does not fit FP32")]
    [InlineData("Plain", """{"a":1e39}""", "\"a\" is a number that does not fit FP32")]
    [InlineData("Plain", """{"features":{"features":{"a":1}}}""", "\"features\" is an object that does not fit FP32")]
    [InlineData("Csv", "\"a\\nNaN\\n\"", "\"a\" is a cell that does not fit FP32")]
    [InlineData("Csv", "\"a,b\\n1,\\n\"", "\"b\" is an empty cell that does not fit FP32")]
    [InlineData("Csv", "\"a,a\\n1,2\\n\"", "the column \"a\" stands there twice")]
    // A zero character ends a text of the library's.
    [InlineData("Plain", """{"a\u0000b":1}""", "the key \"a\\u0000b\" does not fit BYTES")]
    [InlineData(
        "OpenInference",
        """[{"name":"features","shape":[1],"datatype":"FP32","data":[1]}]""",
        "the input \"features\" is a map, which the Open Inference Protocol cannot write: send MLflow's forms"
    )]
    [InlineData("Bytes", "{}", "inputs of the form Bytes are not for ONNX models")]
    public async Task What_is_no_map_of_these_types_is_refused(string form, string input, string message)
    {
        await using var runner = await models.StartGraphAsync("features");
        var refusal = await RefuseAsync(runner, form, input);
        Assert.Equal(message, refusal.Message);
        Assert.Equal(["the model takes \"features\" map of BYTES to FP32"], refusal.Hints);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("1.0")]
    [InlineData("05")]
    [InlineData("+5")]
    [InlineData("-0")]
    [InlineData(" 5")]
    [InlineData("9223372036854775808")]
    [InlineData("٥")]
    public async Task A_key_that_is_a_number_has_one_spelling(string key)
    {
        await using var runner = await models.StartGraphAsync("numbered");
        var input = ModelInput.Of(new JsonObject { ["3"] = 1, [key] = 1 });
        var refusal = await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(input, CancellationToken.None));
        Assert.Equal($"the key {Quoted(key)} does not fit INT64", refusal.Message);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("features_counted", """{"a":1.5}""", "\"a\" is a number that does not fit INT64")]
    [InlineData("numbered_words", """{"1":1}""", "\"1\" is a number that does not fit BYTES")]
    public async Task Values_of_other_types_are_held_against_them(string graph, string input, string message)
    {
        await using var runner = await models.StartGraphAsync(graph);
        Assert.Equal(message, (await RefuseAsync(runner, "Plain", input)).Message);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Half_a_character_is_no_key()
    {
        await using var runner = await models.StartGraphAsync("features");
        var input = ModelInput.Of(new JsonObject { ["a\ud83d"] = 1 });
        await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(input, CancellationToken.None));
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("Inputs", """{"shift":[[1,2,3]]}""", "the input \"features\" is missing")]
    [InlineData(
        "Inputs",
        """{"features":[1],"shift":[[1,2,3]]}""",
        "the input \"features\" is a list, and not the object that a map is written as"
    )]
    [InlineData("Inputs", """{"features":{"a":"x"},"shift":[[1,2,3]]}""", "\"a\" is a text that does not fit FP32")]
    [InlineData("Inputs", """{"features":{"a":1},"shift":[1,2,3]}""", "the input \"shift\" has the dimensions [3], not [-1,3]")]
    [InlineData(
        "Instances",
        """[{"features":{"a":1},"shift":[1,2,3]},{"features":{"a":1},"shift":[1,2,3]}]""",
        "the model takes one map at a time, and 2 rows came"
    )]
    [InlineData("Csv", "\"features,shift\\n1,2\\n\"", "the input \"features\" is a text, and not the object that a map is written as")]
    [InlineData(
        "OpenInference",
        """[{"name":"shift","shape":[1,3],"datatype":"FP32","data":[1,2,3]},{"name":"features","shape":[1],"datatype":"BYTES","data":["a"]}]""",
        "the input \"features\" is a map, which the Open Inference Protocol cannot write: send MLflow's forms"
    )]
    public async Task A_map_beside_a_tensor_is_refused_as_by_itself(string form, string input, string message)
    {
        await using var runner = await models.StartGraphAsync("shifted");
        var refusal = await RefuseAsync(runner, form, input);
        Assert.Equal(message, refusal.Message);
        Assert.Equal(["the model takes \"features\" map of BYTES to FP32; \"shift\" FP32 [-1,3]"], refusal.Hints);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("Plain", """{"a":1,"unknown":"left out","c":3}""", "[[1,0,3]]")]
    [InlineData("DataframeRecords", """[{"c":3,"a":1}]""", "[[1,0,3]]")]
    [InlineData("Csv", "\"unknown,a,b\\nx,1,2\\n\"", "[[1,2,0]]")]
    [InlineData("Plain", """{"features":{"a":1}}""", "[[1,0,0]]")]
    public async Task The_signatures_columns_are_the_keys_and_others_are_left_out(string form, string input, string answer)
    {
        await using var runner = await StartWithSignatureAsync();
        Assert.Equal(answer, (await runner.RunAsync(Write(form, input), CancellationToken.None)).Value!.ToJsonString());
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("Plain", """{"b":1}""", "the column \"a\" is missing")]
    [InlineData("Plain", "{}", "the column \"a\" is missing")]
    [InlineData("Csv", "\"c\\n1\\n\"", "the column \"a\" is missing")]
    [InlineData("Plain", """{"a":1.5}""", "\"a\" is a number that does not fit INT64")]
    [InlineData("Plain", """{"a":1,"b":"2"}""", "\"b\" is a text that does not fit FP64")]
    public async Task What_does_not_fit_the_signatures_columns_is_refused(string form, string input, string message)
    {
        await using var runner = await StartWithSignatureAsync();
        var refusal = await RefuseAsync(runner, form, input);
        Assert.Equal(message, refusal.Message);
        Assert.Equal("by its signature: \"a\" INT64; \"b\" FP64 (optional); \"c\" FP64 (optional)", refusal.Hints[1]);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task A_signatures_column_of_the_inputs_name_is_the_map_and_says_nothing_of_its_keys()
    {
        const string Mlmodel = """
            flavors:
              onnx:
                data: model.onnx
            signature:
              inputs: '[{"type": "map", "values": {"type": "float", "required": true}, "name": "features", "required": true}]'
            """;
        await using var runner = await models.StartGraphAsync("features", Mlmodel);
        var records = Write("DataframeRecords", """[{"features":{"a":1,"unknown":2}}]""");
        Assert.Equal("[[1,0,0]]", (await runner.RunAsync(records, CancellationToken.None)).Value!.ToJsonString());
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Too_many_entries_are_refused()
    {
        await using var runner = await OnnxModels.StartAsync(models.Graph("features"), OnnxModels.Options with { MaxElements = 3 });
        Assert.Equal(
            "[[1,0,0]]",
            (await runner.RunAsync(Write("Plain", """{"a":1,"x":2,"y":3}"""), CancellationToken.None)).Value!.ToJsonString()
        );
        Assert.Equal(
            "an input of the dimensions [4] has more than 3 elements",
            (await RefuseAsync(runner, "Plain", """{"a":1,"x":2,"y":3,"z":4}""")).Message
        );
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task An_entry_counts_with_the_memory_that_the_library_keeps_it_in()
    {
        // A key of one byte and 32, a single, and 64 for the entry: 101 bytes each.
        await using var runner = await OnnxModels.StartAsync(models.Graph("features"), OnnxModels.Options with { MaxTensorsInBytes = 202 });
        await runner.RunAsync(Write("Plain", """{"a":1,"x":2}"""), CancellationToken.None);
        var refusal = await RefuseAsync(runner, "Plain", """{"a":1,"xy":2}""");
        Assert.Equal("the inputs are 203 bytes as tensors; at most 202 go to the model", refusal.Message);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Maps_of_many_callers_at_once_do_not_mix()
    {
        await using var runner = await models.StartGraphAsync("features");
        await Parallel.ForAsync(
            0,
            500,
            async (number, cancellation) =>
            {
                var input = ModelInput.Of(new JsonObject { ["a"] = number, [$"unknown {number}"] = 1 });
                Assert.Equal($"[[{number},0,0]]", (await runner.RunAsync(input, cancellation)).Value!.ToJsonString());
            }
        );
    }

    private Task<IModelRunner> StartWithSignatureAsync() =>
        models.StartGraphAsync(
            "features_double",
            """
            flavors:
              onnx:
                data: model.onnx
            signature:
              inputs: '[{"type": "long", "name": "a"}, {"type": "double", "name": "b", "required": false}, {"type": "double", "name": "c", "required": false}]'
            """
        );

    private static string Quoted(string key) => JsonValue.Create(key).ToJsonString();

    private static ModelInput Write(string form, string json) => new(Enum.Parse<InputForm>(form), JsonNode.Parse(json));

    private static Task<ModelInputException> RefuseAsync(IModelRunner runner, string form, string json) =>
        Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(Write(form, json), CancellationToken.None));
}
