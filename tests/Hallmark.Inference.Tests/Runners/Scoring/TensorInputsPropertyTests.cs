using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Scoring;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Tests.Runners.Scoring;

public sealed class TensorInputsPropertyTests
{
    private static readonly Gen<int[]> Shapes = Gen.Choose(1, 4).ArrayOf().Where(shape => shape.Length is > 0 and <= 4);

    [Fact]
    public void A_tensor_of_any_shape_is_nested_as_its_shape_says_with_its_elements_in_their_order() =>
        Prop.ForAll(
                Shapes.ToArbitrary(),
                shape =>
                {
                    var count = shape.Aggregate(1, (product, dimension) => product * dimension);
                    var nested = Body(shape, new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)i)]));
                    return Flat(nested).SequenceEqual(Enumerable.Range(0, count)) && ShapeOf(nested).SequenceEqual(shape);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Nested_data_means_the_same_as_flat_data() =>
        Prop.ForAll(
                Shapes.ToArbitrary(),
                shape =>
                {
                    var count = shape.Aggregate(1, (product, dimension) => product * dimension);
                    var nested = Body(shape, new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)i)]));
                    return JsonNode.DeepEquals(nested, Body(shape, (JsonArray)nested.DeepClone()));
                }
            )
            .QuickCheckThrowOnFailure();

    private static JsonArray Body(int[] shape, JsonArray data)
    {
        var tensor = new JsonObject
        {
            ["name"] = "x",
            ["shape"] = new JsonArray([.. shape.Select(dimension => (JsonNode)dimension)]),
            ["datatype"] = "INT32",
            ["data"] = data,
        };
        using var content = ScoringRequest.Write(
            new ModelInput(InputForm.OpenInference, new JsonArray(tensor)),
            ModelSignature.None,
            maxBytes: 1 << 20
        );
        using var stream = content.ReadAsStream();
        return JsonNode.Parse(stream)!["inputs"]!["x"]!.AsArray();
    }

    private static IEnumerable<int> Flat(JsonNode? node) => node is JsonArray list ? list.SelectMany(Flat) : [node!.GetValue<int>()];

    private static IEnumerable<int> ShapeOf(JsonNode? node) => node is JsonArray list ? ShapeOf(list[0]).Prepend(list.Count) : [];
}
