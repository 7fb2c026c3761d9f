using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>The tensors of an Open Inference request, and how MLflow takes them under <c>inputs</c>.</summary>
/// <param name="Tensors">The tensors, at least one; each name once.</param>
internal sealed record TensorInputs(IReadOnlyList<InputTensor> Tensors)
{
    private const int MaxTensors = 10_000;

    /// <exception cref="ModelInputException">It is no list of tensors.</exception>
    public static TensorInputs Read(JsonNode? value)
    {
        if (value is not JsonArray { Count: > 0 and <= MaxTensors } list)
        {
            throw new ModelInputException($"an input of the Open Inference Protocol is a list of 1 to {MaxTensors} tensors");
        }

        var tensors = list.Select(InputTensor.Read).ToArray();
        return tensors.DistinctBy(static tensor => tensor.Name).Count() == tensors.Length
            ? new TensorInputs(tensors)
            : throw new ModelInputException("two tensors of the input have the same name");
    }

    /// <summary>
    /// Writes them by name: as columns where the model takes a table (shape <c>[n]</c> or <c>[n,1]</c>), else nested as their shapes say. A model whose one tensor has no
    /// name gets the bare value.
    /// </summary>
    /// <exception cref="ModelInputException">A tensor is no column of a table, or there is more than one for a model that takes one.</exception>
    public void WriteTo(Utf8JsonWriter writer, ModelSignature signature)
    {
        if (signature is { HasTensorInputs: true, Inputs: [{ Name.Length: 0 }] })
        {
            WriteNested(writer, Tensors.Count == 1 ? Tensors[0] : throw new ModelInputException("the model takes one tensor"));
            return;
        }

        var isTable = signature.Inputs.Count > 0 && !signature.HasTensorInputs;
        writer.WriteStartObject();
        foreach (var tensor in Tensors)
        {
            writer.WritePropertyName(tensor.Name);
            WriteNested(writer, isTable ? AsColumn(tensor) : tensor);
        }

        writer.WriteEndObject();
    }

    private static InputTensor AsColumn(InputTensor tensor) =>
        tensor.Shape switch
        {
            [_] => tensor,
            [var rows, 1] => tensor with { Shape = [rows] },
            _ => throw new ModelInputException(
                "the model takes the columns of a table, and an input has more than one value in each row",
                "send one tensor of shape [n] or [n,1] for each column"
            ),
        };

    private static void WriteNested(Utf8JsonWriter writer, InputTensor tensor)
    {
        var next = 0;
        Write(0);

        void Write(int axis)
        {
            writer.WriteStartArray();
            for (long i = 0; i < tensor.Shape[axis]; i++)
            {
                if (axis == tensor.Shape.Count - 1)
                {
                    tensor.Elements[next++].WriteTo(writer);
                }
                else
                {
                    Write(axis + 1);
                }
            }

            writer.WriteEndArray();
        }
    }
}
