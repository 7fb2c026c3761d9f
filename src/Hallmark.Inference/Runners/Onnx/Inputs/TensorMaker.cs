using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Makes a tensor for one input of the graph, after its dimensions and every element were held against graph and signature.</summary>
internal static class TensorMaker
{
    /// <summary>Makes the tensor.</summary>
    /// <param name="contract">What the model takes.</param>
    /// <param name="input">The input that it is for.</param>
    /// <param name="array">The values.</param>
    /// <param name="columns">The signature's columns along the last dimension, one for all, or none.</param>
    /// <exception cref="ModelInputException">Something does not fit; says what the model takes.</exception>
    public static HostTensor Make(InputContract contract, OnnxNode input, InputArray array, IReadOnlyList<ModelField> columns)
    {
        if (!OnnxShape.Fits(array.Shape, input.Type.Shape))
        {
            throw contract.Refuse(
                $"{Name(contract, input)} has the dimensions {OnnxShape.Show(array.Shape)}, not {OnnxShape.Show(input.Type.Shape)}"
            );
        }

        if (columns.Count == 0 && contract.FindTensor(input) is { } tensor)
        {
            if (!OnnxShape.Fits(array.Shape, tensor.Shape))
            {
                throw contract.Refuse(
                    $"{Name(contract, input)} has the dimensions {OnnxShape.Show(array.Shape)}, by the signature {OnnxShape.Show(tensor.Shape)}"
                );
            }

            columns = [tensor];
        }

        var type = input.Type.ElementType;
        var typeName = type.ProtocolName();
        var builder = new TensorBuilder(type, array.Items.Length);
        TensorBuilder?[] checks = [.. columns.Select(field => field.DataType == typeName ? null : TensorBuilder.CheckOf(field))];
        for (var i = 0; i < array.Items.Length; i++)
        {
            if (checks.Length > 0 && checks[i % checks.Length] is { } check && !check.TrySet(0, array.Items[i], array.IsCsv))
            {
                var wanted = columns[i % columns.Count].DataType;
                throw contract.Refuse($"{Place(contract, input, array, i, columns)} is {Describe(array, i)} that does not fit {wanted}");
            }

            if (!builder.TrySet(i, array.Items[i], array.IsCsv))
            {
                throw contract.Refuse($"{Place(contract, input, array, i, columns)} is {Describe(array, i)} that does not fit {typeName}");
            }
        }

        return builder.Build(array.Shape);
    }

    private static string Describe(InputArray array, int index) => ElementValue.Describe(array.Items[index], array.IsCsv);

    private static string Name(InputContract contract, OnnxNode input) =>
        contract.OnlyInput is null ? $"the input \"{input.Name}\"" : "the input";

    private static string Place(InputContract contract, OnnxNode input, InputArray array, int index, IReadOnlyList<ModelField> columns)
    {
        if (columns.Count > 1 && columns[index % columns.Count].Name is { Length: > 0 } column)
        {
            return $"{InputContract.Quote(column)} in row {index / columns.Count} (counted from 0)";
        }

        var place = new long[array.Shape.Length];
        long rest = index;
        for (var i = place.Length - 1; i >= 0; i--)
        {
            (rest, place[i]) = Math.DivRem(rest, array.Shape[i]);
        }

        return place.Length == 0 ? Name(contract, input) : $"{Name(contract, input)} at {OnnxShape.Show(place)} (counted from 0)";
    }
}
