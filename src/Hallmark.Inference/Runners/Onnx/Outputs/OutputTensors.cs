using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Outputs;

/// <summary>
/// What a model gave, as tensors of the Open Inference Protocol. A sequence of maps with the same keys (a classifier's probabilities) becomes <c>[rows, keys]</c> of its values in
/// the keys' order; other sequences and maps are no tensors, and left out.
/// </summary>
internal static class OutputTensors
{
    /// <summary>The tensors of a run.</summary>
    /// <param name="outputs">The graph's outputs.</param>
    /// <param name="values">Their values, in the same order.</param>
    public static IReadOnlyList<OutputTensor> Read(IReadOnlyList<OnnxNode> outputs, IReadOnlyList<HostValue> values)
    {
        var tensors = new List<OutputTensor>(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Tensor is { } tensor)
            {
                tensors.Add(
                    new OutputTensor(outputs[i].Name, tensor.ElementType.ProtocolName(), tensor.Shape, new JsonArray([.. Elements(tensor)]))
                );
            }
            // Without a row the graph alone says what the tensor would hold, and nobody how many keys there are.
            else if (
                Rows(values[i]) is { } rows
                && (rows.Count > 0 ? rows[0].ElementType : HeldBy(outputs[i].Type)?.ElementType) is { } type
            )
            {
                var shape = new long[] { rows.Count, rows.Count > 0 ? rows[0].Count : 0 };
                tensors.Add(new OutputTensor(outputs[i].Name, type.ProtocolName(), shape, new JsonArray([.. rows.SelectMany(Elements)])));
            }
        }

        return tensors;
    }

    /// <summary>What an input or output is called and what it holds, an output as <see cref="Read"/> gives it; a map by its values.</summary>
    public static ModelField Describe(OnnxNode output) =>
        output.Type switch
        {
            { Kind: OnnxValueKind.Tensor } tensor => new ModelField(output.Name, tensor.ElementType.ProtocolName(), tensor.Shape),
            var rows when HeldBy(rows) is { } held => new ModelField(output.Name, held.ElementType.ProtocolName(), [-1, -1]),
            _ => new ModelField(output.Name, Innermost(output.Type).ElementType.ProtocolName(), null),
        };

    // What the maps of a sequence hold; null where it is none of maps.
    private static OnnxType? HeldBy(OnnxType type) =>
        type is { Kind: OnnxValueKind.Sequence, Inner: { Kind: OnnxValueKind.Map, Inner: { } held } } ? held : null;

    private static OnnxType Innermost(OnnxType type) => type.Inner is null ? type : Innermost(type.Inner);

    private static List<HostTensor>? Rows(HostValue value)
    {
        if (value.Kind != OnnxValueKind.Sequence)
        {
            return null;
        }

        var rows = new List<HostTensor>(value.Items.Count);
        HostTensor? first = null;
        foreach (var item in value.Items)
        {
            if (
                item is not { Kind: OnnxValueKind.Map, Items: [{ Tensor: { } keys }, { Tensor: { } held }] }
                || !HasSameKeys(first ??= keys, keys)
            )
            {
                return null;
            }

            rows.Add(held);
        }

        return rows;
    }

    private static bool HasSameKeys(HostTensor one, HostTensor other) =>
        one.Texts is { } texts
            ? other.Texts is { } others && texts.AsSpan().SequenceEqual(others)
            : one.Bytes.AsSpan().SequenceEqual(other.Bytes);

    private static IEnumerable<JsonNode> Elements(HostTensor tensor) =>
        Enumerable.Range(0, tensor.Count).Select(index => ElementJson.Read(tensor, index));
}
