using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Outputs;

/// <summary>What a model gave, as JSON: nested lists for tensors, lists for sequences, objects for maps.</summary>
internal static class OutputValue
{
    /// <summary>The answer of a run.</summary>
    /// <param name="outputs">The graph's outputs.</param>
    /// <param name="values">Their values, in the same order.</param>
    /// <returns>The value of a single output by itself; of several, an object by their names.</returns>
    /// <exception cref="FormatException">A map is not what maps are.</exception>
    public static JsonNode Read(IReadOnlyList<OnnxNode> outputs, IReadOnlyList<HostValue> values)
    {
        if (values is [var only])
        {
            return Read(only);
        }

        var named = new JsonObject();
        for (var i = 0; i < values.Count; i++)
        {
            named.Add(outputs[i].Name, Read(values[i]));
        }

        return named;
    }

    private static JsonNode Read(HostValue value) =>
        value switch
        {
            { Tensor: { } tensor } => ReadTensor(tensor),
            { Kind: OnnxValueKind.Map, Items: [{ Tensor: { } keys }, { Tensor: { } held }] } => ReadMap(keys, held),
            { Kind: OnnxValueKind.Sequence } => new JsonArray([.. value.Items.Select(Read)]),
            _ => throw new FormatException("a map is not of two tensors"),
        };

    private static JsonNode ReadTensor(HostTensor tensor)
    {
        var next = 0;
        return ReadLevel(tensor, 0, ref next);
    }

    private static JsonNode ReadLevel(HostTensor tensor, int depth, ref int next)
    {
        if (depth == tensor.Shape.Length)
        {
            return ElementJson.Read(tensor, next++);
        }

        var items = new JsonNode[(int)tensor.Shape[depth]];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = ReadLevel(tensor, depth + 1, ref next);
        }

        return new JsonArray(items);
    }

    private static JsonObject ReadMap(HostTensor keys, HostTensor held)
    {
        if (keys.Count != held.Count)
        {
            throw new FormatException("a map has not as many values as keys");
        }

        var map = new JsonObject();
        for (var i = 0; i < keys.Count; i++)
        {
            map[ElementJson.ReadName(keys, i)] = ElementJson.Read(held, i);
        }

        return map;
    }
}
