using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>JSON values with dimensions, not yet of any type.</summary>
/// <param name="Shape">The dimensions; none for a single value.</param>
/// <param name="Items">The values, row-major.</param>
/// <param name="IsCsv">True where the values are cells of CSV: texts that stand for anything.</param>
internal sealed record InputArray(long[] Shape, JsonNode?[] Items, bool IsCsv = false)
{
    /// <summary>Reads nested lists.</summary>
    /// <exception cref="ModelInputException">The lists are not equally long, nested too deeply, or hold too much.</exception>
    public static InputArray Of(JsonNode? node, InputContract contract)
    {
        var shape = new List<long>();
        for (var outer = node; outer is JsonArray list; outer = list.Count > 0 ? list[0] : null)
        {
            shape.Add(list.Count);
            if (shape.Count > OnnxShape.MaxRank)
            {
                throw contract.Refuse($"lists are nested more than {OnnxShape.MaxRank} deep");
            }
        }

        var dimensions = shape.ToArray();
        var items = new JsonNode?[contract.CountElements(dimensions)];
        var next = 0;
        Fill(node, dimensions, new long[dimensions.Length], 0, items, ref next, contract);
        return new InputArray(dimensions, items);
    }

    /// <summary>The same values with other dimensions of the same product.</summary>
    public InputArray Reshaped(params long[] shape) => this with { Shape = shape };

    private static void Fill(JsonNode? node, long[] shape, long[] place, int depth, JsonNode?[] items, ref int next, InputContract contract)
    {
        if (depth == shape.Length && node is not JsonArray)
        {
            items[next++] = node;
            return;
        }

        if (depth == shape.Length || node is not JsonArray list || list.Count != shape[depth])
        {
            var found = node is JsonArray other ? $"a list of {other.Count}" : ElementValue.Describe(node, isCsv: false);
            var wanted = depth == shape.Length ? "a single value" : $"a list of {shape[depth]}";
            throw contract.Refuse(
                $"lists that should be equally long are not: at {OnnxShape.Show(place[..depth])} (counted from 0) is {found}, where the first one has {wanted}"
            );
        }

        for (var i = 0; i < list.Count; i++)
        {
            place[depth] = i;
            Fill(list[i], shape, place, depth + 1, items, ref next, contract);
        }
    }
}
