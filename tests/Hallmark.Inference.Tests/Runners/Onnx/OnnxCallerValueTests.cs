using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx.Files;
using Hallmark.Inference.Runners.Onnx.Inputs;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Inference.Runners.Onnx.Outputs;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Values that a caller in this process made, of .NET's own types, are taken and refused as those that were parsed; nothing ends in a lower exception.</summary>
public sealed class OnnxCallerValueTests
{
    public static TheoryData<string, JsonNode?, string?, string?> Values =>
        new()
        {
            // what it is, the value, what INT64 and FP64 make of it; null for a refusal
            { "int", JsonValue.Create(7), "7", "7" },
            { "short", JsonValue.Create((short)-7), "-7", "-7" },
            { "byte", JsonValue.Create((byte)255), "255", "255" },
            { "long", JsonValue.Create(long.MinValue), "-9223372036854775808", "-9.223372036854775808E+18" },
            { "ulong within", JsonValue.Create(5UL), "5", "5" },
            { "ulong beyond", JsonValue.Create(ulong.MaxValue), null, "1.8446744073709552E+19" },
            { "whole double", JsonValue.Create(3.0), "3", "3" },
            { "broken double", JsonValue.Create(0.5), null, "0.5" },
            { "float", JsonValue.Create(0.5f), null, "0.5" },
            { "whole float", JsonValue.Create(2f), "2", "2" },
            { "decimal", JsonValue.Create(1.25m), null, "1.25" },
            { "whole decimal", JsonValue.Create(4.0m), "4", "4" },
            { "NaN", JsonValue.Create(double.NaN), null, null },
            { "infinity", JsonValue.Create(double.PositiveInfinity), null, null },
            { "single NaN", JsonValue.Create(float.NaN), null, null },
            { "single infinity", JsonValue.Create(float.NegativeInfinity), null, null },
            { "half NaN", JsonValue.Create(Half.NaN), null, null },
            { "truth", JsonValue.Create(true), null, null },
            { "text", JsonValue.Create("1"), null, null },
            { "char", JsonValue.Create('1'), null, null },
            { "time", JsonValue.Create(DateTime.UnixEpoch), null, null },
            { "id", JsonValue.Create(Guid.Empty), null, null },
            { "nothing", null, null, null },
            { "object", new JsonObject(), null, null },
        };

    [Theory]
    [MemberData(nameof(Values))]
    public void Numbers_go_in_by_their_value(string what, JsonNode? value, string? whole, string? real)
    {
        Assert.Equal((what, whole), (what, Take(OnnxElementType.Int64, value)));
        var taken = Take(OnnxElementType.Double, value);
        Assert.Equal((what, real is null), (what, taken is null));
        if (real is not null)
        {
            Assert.Equal(Number(real), Number(taken!));
        }
    }

    [Theory]
    [InlineData("FP32")]
    [InlineData("FP16")]
    [InlineData("BF16")]
    [InlineData("INT8")]
    [InlineData("UINT64")]
    [InlineData("BOOL")]
    [InlineData("BYTES")]
    public void What_no_type_can_hold_is_refused_with_its_place(string dataType)
    {
        var type = OnnxElementTypes.FindByProtocolName(dataType)!.Value;
        var input = new OnnxNode("x", new OnnxType(OnnxValueKind.Tensor, type, [-1], null), []);
        var contract = new InputContract([input], ModelSignature.None, 100, long.MaxValue);
        foreach (var value in new JsonNode[] { JsonValue.Create(float.NaN), JsonValue.Create(double.NegativeInfinity), new JsonObject() })
        {
            var refusal = Assert.Throws<ModelInputException>(() => FeedBuilder.Build(contract, ModelInput.Of(new JsonArray(value))));
            Assert.Equal(
                $"the input at [0] (counted from 0) is {(value is JsonObject ? "an object" : "a number")} that does not fit {dataType}",
                refusal.Message
            );
        }
    }

    [Fact]
    public void Dimensions_and_types_of_a_caller_in_this_process_are_read_as_parsed_ones()
    {
        var input = new OnnxNode("x", new OnnxType(OnnxValueKind.Tensor, OnnxElementType.Float, [-1, 2], null), []);
        var contract = new InputContract([input], ModelSignature.None, 100, long.MaxValue);
        var tensor = new JsonObject
        {
            ["name"] = "x",
            ["datatype"] = "FP32",
            ["shape"] = new JsonArray(1u, 2m),
            ["data"] = new JsonArray(1.5f, 2),
        };
        var feed = Assert.Single(FeedBuilder.Build(contract, new ModelInput(InputForm.OpenInference, new JsonArray(tensor))));
        Assert.Equal([1L, 2L], feed.Tensor!.Shape);
        foreach (
            var (member, value) in ((string, JsonNode)[])[("shape", new JsonArray(float.NaN, 2)), ("name", 'x'), ("datatype", Guid.Empty)]
        )
        {
            var wrong = (JsonObject)tensor.DeepClone();
            wrong[member] = value;
            Assert.Throws<ModelInputException>(() =>
                FeedBuilder.Build(contract, new ModelInput(InputForm.OpenInference, new JsonArray(wrong)))
            );
        }

        Assert.Throws<ModelInputException>(() => FeedBuilder.Build(contract, new ModelInput(InputForm.Csv, DateTime.UnixEpoch)));
    }

    [Theory]
    [InlineData(200, "x", "x")]
    [InlineData(201, "x", "…")]
    [InlineData(199, "🙂", "…")]
    [InlineData(198, "🙂", "🙂")]
    public void A_long_name_is_shown_up_to_200_characters_and_never_cut_within_one(int before, string last, string shown)
    {
        // One that is as long as it may be stands there whole.
        var name = new string('x', before - (last == "x" ? 1 : 0)) + last;
        var quoted = OnnxModelFile.Quote(name);
        Assert.EndsWith(shown, JsonNode.Parse(quoted)!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("ufffd", quoted, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Half_a_character_in_a_name_ends_no_message() => Assert.Equal("\"a\\uFFFDb\"", OnnxModelFile.Quote("a\ud83db"));

    private static string? Take(OnnxElementType type, JsonNode? value)
    {
        var builder = new TensorBuilder(type, 1);
        return builder.TrySet(0, value?.DeepClone(), isCsv: false) ? ElementJson.Read(builder.Build([1]), 0).ToJsonString() : null;
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
