using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Json;
using Hallmark.Inference.Predictions;

namespace Hallmark.Inference.Tests.Predictions;

public sealed class PredictionHashTests
{
    [Fact]
    public void Inputs_and_outputs_hash_as_the_originals_do()
    {
        var checkedCases = 0;
        foreach (var item in VectorFile.Cases("prediction-hashes"))
        {
            if (ValueOf(item) is not { } value || item["expect"]!["error_type"] is not null)
            {
                continue;
            }

            var isInput = item["side"]!.GetValue<string>() == "input";
            var (canonical, hash) = isInput
                ? (PredictionHash.CanonicalInput(value.Node), PredictionHash.OfInput(value.Node))
                : (PredictionHash.CanonicalOutput(value.Node), PredictionHash.OfOutput(value.Node));
            var side = isInput ? "input" : "output";
            var id = item["id"]!.GetValue<string>();
            Assert.Equal((id, item["expect"]![$"{side}_canonical"]!.GetValue<string>()), (id, Encoding.UTF8.GetString(canonical)));
            Assert.Equal((id, item["expect"]![$"{side}_hash"]!.GetValue<string>()), (id, hash));
            checkedCases++;
        }

        Assert.True(checkedCases >= 75, $"only {checkedCases} cases were looked at");
    }

    [Fact]
    public void The_order_of_members_does_not_matter_and_a_list_and_its_wrapped_form_hash_alike()
    {
        Assert.Equal(
            PredictionHash.OfInput(JsonNode.Parse("{\"a\":1,\"b\":2}")),
            PredictionHash.OfInput(JsonNode.Parse("{\"b\":2.0,\"a\":1}"))
        );
        Assert.Equal(PredictionHash.OfInput(JsonNode.Parse("[1,2]")), PredictionHash.OfInput(JsonNode.Parse("{\"features\":[1,2]}")));
    }

    [Fact]
    public void A_value_of_its_owner_is_left_where_it_was()
    {
        var owner = JsonNode.Parse("{\"inputs\":[1,2,3]}")!;
        PredictionHash.OfInput(owner["inputs"]);
        PredictionHash.OfOutput(owner["inputs"]);
        Assert.Same(owner, owner["inputs"]!.Parent);
    }

    [Fact]
    public void Any_two_lists_of_numbers_hash_alike_only_where_they_are_equal() =>
        Prop.ForAll<int[], int[]>(
                (one, other) =>
                    PredictionHash.OfInput(new JsonArray([.. one.Select(n => (JsonNode)n)]))
                    == PredictionHash.OfInput(new JsonArray([.. other.Select(n => (JsonNode)n)]))
                    == one.SequenceEqual(other)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Half_a_surrogate_pair_has_no_canonical_form_and_is_refused()
    {
        Assert.Throws<JsonRejectedException>(() => PredictionHash.OfInput(JsonValue.Create("a\ud800")));
        Assert.Throws<JsonRejectedException>(() => PredictionHash.OfOutput(JsonValue.Create("\udc00")));
    }

    [Fact]
    public void What_is_no_number_in_json_is_refused()
    {
        Assert.Throws<JsonRejectedException>(() => PredictionHash.OfOutput(new JsonArray(double.NaN)));
        Assert.Throws<JsonRejectedException>(() => PredictionHash.OfOutput(new JsonArray(double.PositiveInfinity)));
    }

    // What Python would hand over for a case; null for types that JSON values cannot show the difference of.
    private static (JsonNode? Node, bool Found)? ValueOf(JsonObject item)
    {
        var data = item["data"];
        switch (item["kind"]!.GetValue<string>())
        {
            case "list" or "tuple" or "dict" or "scalar" or "str" or "series":
                return (data?.DeepClone(), true);
            case "ndarray":
                return (Narrow(data!["data"], data["dtype"]!.GetValue<string>()), true);
            case "numpy-scalar":
                return (data!["value"]!.DeepClone(), true);
            case "dataframe" when item["side"]!.GetValue<string>() == "input":
                return (new JsonArray([.. data!.AsObject().Select(column => (JsonNode)column.Key)]), true);
            case "dict-numpy":
                return (
                    new JsonObject(data!.AsObject().Select(member => KeyValuePair.Create(member.Key, member.Value!["value"]?.DeepClone()))),
                    true
                );
            default:
                return null;
        }
    }

    // An array of 32-bit floats or of integers holds what those types can hold.
    private static JsonNode? Narrow(JsonNode? data, string type) =>
        data switch
        {
            JsonArray array => new JsonArray([.. array.Select(item => Narrow(item, type))]),
            JsonValue value when type == "float32" => (double)(float)value.GetValue<double>(),
            JsonValue value when type.Contains("int", StringComparison.Ordinal) => (long)value.GetValue<double>(),
            _ => data?.DeepClone(),
        };
}
