using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Every type of element goes in and comes out as it is, and takes nothing that it cannot hold.</summary>
public sealed class OnnxTypeTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    private static readonly (string Name, string DataType, string Values)[] Types =
    [
        ("float", "FP32", "[0.5,-3.4028234663852886E+38,1.401298464324817E-45]"),
        ("double", "FP64", "[0.1,-1.7976931348623157E+308,5E-324]"),
        ("float16", "FP16", "[0.5,65504,-5.960464477539063E-08]"),
        ("bfloat16", "BF16", "[0.5,-338953138925153547590470800371487866880,1.015625]"),
        ("int8", "INT8", "[-128,127,0]"),
        ("int16", "INT16", "[-32768,32767,0]"),
        ("int32", "INT32", "[-2147483648,2147483647,0]"),
        ("int64", "INT64", "[-9007199254740992,9007199254740992,0]"),
        ("uint8", "UINT8", "[255,0,1]"),
        ("uint16", "UINT16", "[65535,0,1]"),
        ("uint32", "UINT32", "[4294967295,0,1]"),
        ("uint64", "UINT64", "[9007199254740992,0,1]"),
        ("bool", "BOOL", "[true,false,true]"),
        ("string", "BYTES", """["","grün ✓ 🙂","a\nb"]"""),
    ];

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Each_type_goes_in_and_comes_out_at_its_bounds()
    {
        await using var runner = await models.StartGraphAsync("types");
        Assert.Equal(Types.Select(type => (type.Name, type.DataType)), runner.Inputs.Select(input => (input.Name, input.DataType)));
        Assert.All(runner.Outputs, output => Assert.Equal([-1L], output.Shape));

        var output = await runner.RunAsync(ModelInput.Of(Named()), CancellationToken.None);

        foreach (var (name, dataType, values) in Types)
        {
            AssertSame(JsonNode.Parse(values)!.AsArray(), output.Value![name + "_out"]!.AsArray());
            var tensor = Assert.Single(output.Tensors, tensor => tensor.Name == name + "_out");
            Assert.Equal(dataType, tensor.DataType);
            Assert.Equal([3L], tensor.Shape);
            AssertSame(JsonNode.Parse(values)!.AsArray(), tensor.Data);
        }
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("float16", "65520")]
    [InlineData("bfloat16", "3.4e38")]
    [InlineData("float", "3.5e38")]
    [InlineData("int8", "128")]
    [InlineData("int8", "-129")]
    [InlineData("int16", "32768")]
    [InlineData("int32", "2147483648")]
    [InlineData("int32", "1.5")]
    [InlineData("int64", "9223372036854775808")]
    [InlineData("int64", "true")]
    [InlineData("uint8", "-1")]
    [InlineData("uint8", "256")]
    [InlineData("uint16", "65536")]
    [InlineData("uint32", "4294967296")]
    [InlineData("uint32", "-1")]
    [InlineData("uint64", "-1")]
    [InlineData("uint64", "18446744073709551616")]
    [InlineData("bool", "1")]
    [InlineData("bool", "\"true\"")]
    [InlineData("string", "1")]
    [InlineData("string", "null")]
    [InlineData("string", "\"a\\u0000b\"")]
    [InlineData("string", "[\"a\"]")]
    public async Task What_a_type_cannot_hold_is_refused(string name, string value)
    {
        await using var runner = await models.StartGraphAsync("types");
        var named = Named();
        named[name] = new JsonArray(JsonNode.Parse(value), JsonNode.Parse(value));

        var refusal = await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(ModelInput.Of(named), CancellationToken.None));

        Assert.Contains($"\"{name}\"", refusal.Message, StringComparison.Ordinal);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("int64", "9007199254740993")]
    [InlineData("int64", "-9223372036854775808")]
    [InlineData("uint64", "18446744073709551615")]
    public async Task Whole_numbers_beyond_the_exact_ones_of_doubles_come_out_with_every_digit(string name, string value)
    {
        await using var runner = await models.StartGraphAsync("types");
        var named = Named();
        named[name] = new JsonArray(JsonNode.Parse(value));

        var output = await runner.RunAsync(ModelInput.Of(named), CancellationToken.None);

        Assert.Equal($"[{value}]", output.Value![name + "_out"]!.ToJsonString());
        Assert.Equal(64, PredictionCommitment.OfOutput(output.Value).Length);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Values_made_in_this_process_are_taken_like_parsed_ones()
    {
        await using var runner = await models.StartGraphAsync("whole");
        var made = new JsonArray(
            new JsonArray(1, 2L),
            new JsonArray((short)3, 4.0),
            new JsonArray((ulong)5, 6m),
            new JsonArray(JsonNode.Parse("7.0"), JsonNode.Parse("8e0"))
        );

        var output = await runner.RunAsync(ModelInput.Of(made), CancellationToken.None);

        Assert.Equal("[[1,2],[3,4],[5,6],[7,8]]", output.Value!.ToJsonString());
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Texts_are_inputs_of_models_that_take_them()
    {
        await using var runner = await models.StartGraphAsync("words");
        foreach (
            var (form, json) in ((InputForm, string)[])
                [
                    (InputForm.Csv, "\"word\\nzwei\\n\\\"drei ✓\\\"\\nvier\\n\""),
                    (InputForm.DataframeRecords, """[{"word":"zwei"},{"word":"drei ✓"},{"word":"vier"}]"""),
                    (InputForm.Instances, """["zwei","drei ✓","vier"]"""),
                    (InputForm.OpenInference, """[{"name":"word","shape":[3,1],"datatype":"BYTES","data":["zwei","drei ✓","vier"]}]"""),
                ]
        )
        {
            var output = await runner.RunAsync(new ModelInput(form, JsonNode.Parse(json)), CancellationToken.None);
            Assert.Equal("[[2],[3],[-1]]", output.Value!.ToJsonString());
        }
    }

    private static JsonObject Named() => new(Types.Select(type => KeyValuePair.Create(type.Name, JsonNode.Parse(type.Values))));

    private static void AssertSame(JsonArray expected, JsonArray actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(
            expected.Zip(actual),
            pair =>
            {
                var (wanted, given) = (pair.First!.ToJsonString(), pair.Second!.ToJsonString());
                Assert.True(wanted == given || Number(wanted) == Number(given), $"{wanted} became {given}");
            }
        );
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
