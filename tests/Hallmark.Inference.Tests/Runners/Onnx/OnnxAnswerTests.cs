using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Models that scikit-learn trained give scikit-learn's answers, however the table is handed over.</summary>
public sealed class OnnxAnswerTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    public static TheoryData<string, string> KindsAndForms()
    {
        var data = new TheoryData<string, string>();
        foreach (var kind in (string[])["iris", "forest", "ridge", "mlp"])
        {
            foreach (var form in Enum.GetValues<InputForm>().Except([InputForm.Bytes]))
            {
                data.Add(kind, form.ToString());
            }
        }

        return data;
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    [MemberData(nameof(KindsAndForms))]
    public async Task All_rows_of_iris_get_the_answers_of_scikit_learn(string kind, string form)
    {
        var expected = models.Expected(kind);
        await using var runner = await OnnxModels.StartAsync(models.Trained(kind));

        var output = await runner.RunAsync(Write(Enum.Parse<InputForm>(form), expected), CancellationToken.None);

        var wanted = expected["outputs"]!.AsObject();
        if (wanted.Count == 1)
        {
            AssertSame(wanted.First().Value, output.Value);
        }
        else
        {
            Assert.Equal(wanted.Select(member => member.Key), output.Value!.AsObject().Select(member => member.Key));
            Assert.All(wanted, member => AssertSame(member.Value, output.Value![member.Key]));
        }
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    public async Task A_body_that_nobody_read_is_refused()
    {
        await using var runner = await OnnxModels.StartAsync(models.Trained("iris"));

        var input = new ModelInput(InputForm.Bytes, RawBytes.Describe("image/png", "not read"u8));
        var refusal = await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(input, CancellationToken.None));

        Assert.Equal("inputs of the form Bytes are not for ONNX models", refusal.Message);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    public async Task Maps_of_probabilities_are_objects_in_the_answer_and_a_matrix_among_the_tensors()
    {
        await using var runner = await OnnxModels.StartAsync(models.Trained("iris"));

        var output = await runner.RunAsync(ModelInput.Of(JsonNode.Parse("[5.1,3.5,1.4,0.2]")), CancellationToken.None);

        Assert.Equal("0", output.Value!["label"]![0]!.ToJsonString());
        var row = output.Value["probabilities"]![0]!.AsObject();
        Assert.Equal(["0", "1", "2"], row.Select(member => member.Key));
        Assert.Equal(["label", "probabilities"], output.Tensors.Select(tensor => tensor.Name));
        Assert.Equal("INT64", output.Tensors[0].DataType);
        Assert.Equal("FP32", output.Tensors[1].DataType);
        Assert.Equal([1L, 3L], output.Tensors[1].Shape);
        Assert.Equal([-1L, -1L], runner.Outputs[1].Shape);
        Assert.Equal(
            row.Select(member => member.Value!.GetValue<double>()),
            output.Tensors[1].Data.Select(value => value!.GetValue<double>())
        );
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    public async Task Without_rows_the_answer_has_the_same_tensors_as_with_them()
    {
        await using var runner = await OnnxModels.StartAsync(models.Trained("iris"));
        var none = JsonNode.Parse("""[{"name":"float_input","shape":[0,4],"datatype":"FP32","data":[]}]""");

        var output = await runner.RunAsync(new ModelInput(InputForm.OpenInference, none), CancellationToken.None);

        Assert.Equal("""{"label":[],"probabilities":[]}""", output.Value!.ToJsonString());
        Assert.Equal(
            [("label", "INT64", "0"), ("probabilities", "FP32", "0,0")],
            output.Tensors.Select(tensor => (tensor.Name, tensor.DataType, string.Join(',', tensor.Shape)))
        );
        Assert.All(output.Tensors, tensor => Assert.Empty(tensor.Data));
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    public async Task A_model_of_ten_megabytes_runs_on_one_thread_and_on_several_with_the_same_answers()
    {
        var model = models.Trained("mlp");
        Assert.True(new FileInfo(Path.Combine(model.Path, "model.onnx")).Length >= 10 << 20);
        var input = Write(InputForm.Instances, models.Expected("mlp"));
        await using var one = await OnnxModels.StartAsync(model, OnnxModels.Options with { Threads = 1 });
        await using var several = await OnnxModels.StartAsync(model, OnnxModels.Options with { Threads = 4 });

        var single = await one.RunAsync(input, CancellationToken.None);
        var shared = await several.RunAsync(input, CancellationToken.None);

        AssertSame(single.Value, shared.Value);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    public async Task One_batch_after_another_may_have_any_number_of_rows()
    {
        var rows = models.Expected("ridge")["inputs"]!.AsArray();
        await using var runner = await OnnxModels.StartAsync(models.Trained("ridge"));

        foreach (var count in (int[])[1, 150, 2, 77])
        {
            var batch = new JsonArray([.. rows.Take(count).Select(row => row!.DeepClone())]);
            var output = await runner.RunAsync(new ModelInput(InputForm.Inputs, batch), CancellationToken.None);
            Assert.Equal(count, output.Value!.AsArray().Count);
            Assert.Equal([count, 1L], output.Tensors[0].Shape);
        }
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    public async Task Columns_go_by_their_names_and_those_that_the_signature_does_not_name_are_left_out()
    {
        await using var runner = await OnnxModels.StartAsync(models.Trained("ridge"));
        var ordered = await RunAsync(
            runner,
            InputForm.DataframeRecords,
            """[{"sepal_length":5.1,"sepal_width":3.5,"petal_length":1.4,"petal_width":0.2}]"""
        );
        var shuffled = await RunAsync(
            runner,
            InputForm.DataframeSplit,
            """{"columns":["petal_width","note","sepal_width","sepal_length","petal_length"],"data":[[0.2,"x",3.5,5.1,1.4]],"index":[0]}"""
        );
        var plain = await RunAsync(
            runner,
            InputForm.Plain,
            """{"petal_width":0.2,"petal_length":1.4,"sepal_width":3.5,"sepal_length":5.1}"""
        );
        var columns = await RunAsync(
            runner,
            InputForm.Inputs,
            """{"petal_width":[0.2],"petal_length":[1.4],"sepal_width":[3.5],"sepal_length":[5.1]}"""
        );

        Assert.All([shuffled, plain, columns], answer => Assert.Equal(ordered, answer));
    }

    private static async Task<string> RunAsync(IModelRunner runner, InputForm form, string json) =>
        (await runner.RunAsync(new ModelInput(form, JsonNode.Parse(json)), CancellationToken.None)).Value!.ToJsonString();

    private static ModelInput Write(InputForm form, JsonObject expected)
    {
        var rows = expected["inputs"]!.AsArray();
        string[] columns = [.. expected["columns"]!.AsArray().Select(name => name!.GetValue<string>())];
        JsonNode value = form switch
        {
            InputForm.DataframeSplit => new JsonObject { ["columns"] = expected["columns"]!.DeepClone(), ["data"] = rows.DeepClone() },
            InputForm.DataframeRecords => new JsonArray([
                .. rows.Select(row => new JsonObject(columns.Select((name, i) => KeyValuePair.Create(name, row![i]?.DeepClone())))),
            ]),
            InputForm.Inputs => new JsonObject(
                columns.Select(
                    (name, i) => KeyValuePair.Create(name, (JsonNode?)new JsonArray([.. rows.Select(row => row![i]!.DeepClone())]))
                )
            ),
            InputForm.Csv => JsonValue.Create(WriteCsv(columns, rows)),
            InputForm.OpenInference => new JsonArray(
                new JsonObject
                {
                    ["name"] = "float_input",
                    ["shape"] = new JsonArray(rows.Count, columns.Length),
                    ["datatype"] = "FP32",
                    ["data"] = new JsonArray([.. rows.SelectMany(row => row!.AsArray()).Select(cell => cell!.DeepClone())]),
                }
            ),
            _ => rows.DeepClone(),
        };
        return new ModelInput(form, value);
    }

    private static string WriteCsv(string[] columns, JsonArray rows)
    {
        var text = new StringBuilder().AppendLine(string.Join(',', columns));
        foreach (var row in rows)
        {
            text.AppendLine(
                string.Join(',', row!.AsArray().Select(cell => cell!.GetValue<double>().ToString(CultureInfo.InvariantCulture)))
            );
        }

        return text.ToString();
    }

    // Single precision here, double there.
    private static void AssertSame(JsonNode? expected, JsonNode? actual)
    {
        switch (expected)
        {
            case JsonArray list:
                IEnumerable<JsonNode?> items = actual is JsonObject map ? map.Select(member => member.Value) : actual!.AsArray();
                Assert.Equal(list.Count, items.Count());
                Assert.All(list.Zip(items), pair => AssertSame(pair.First, pair.Second));
                break;
            default:
                var wanted = expected!.GetValue<double>();
                var given = double.Parse(actual!.ToJsonString(), CultureInfo.InvariantCulture);
                Assert.InRange(given, wanted - 1e-4, wanted + 1e-4);
                break;
        }
    }
}
