using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Tensors of the Open Inference Protocol v2: name, dimensions and type must be the graph's.</summary>
internal static class OpenInferenceFeeds
{
    /// <summary>One value for each input.</summary>
    /// <exception cref="ModelInputException">A tensor is missing, unknown, there twice, of other dimensions or another type, or its elements do not fit.</exception>
    public static IReadOnlyList<HostValue> Build(InputContract contract, JsonNode? value)
    {
        if (value is not JsonArray tensors)
        {
            throw contract.Refuse("the inputs are no list of tensors");
        }

        var feeds = new HostValue?[contract.Inputs.Count];
        foreach (var node in tensors)
        {
            if (node is not JsonObject tensor || JsonScalar.FindText(tensor["name"]) is not { } name)
            {
                throw contract.Refuse("an input has no name");
            }

            var place = FindPlace(contract, name);
            if (feeds[place] is not null)
            {
                throw contract.Refuse($"the input {InputContract.Quote(name)} stands there twice");
            }

            feeds[place] = ReadTensor(contract, contract.Inputs[place], tensor);
        }

        var missing = Array.IndexOf(feeds, null);
        return missing < 0
            ? feeds.OfType<HostValue>().ToArray()
            : throw contract.Refuse($"the input \"{contract.Inputs[missing].Name}\" is missing");
    }

    /// <summary>Says that an input is a map, and what can write one.</summary>
    public static ModelInputException RefuseMap(InputContract contract, OnnxNode input) =>
        contract.Refuse($"the input \"{input.Name}\" is a map, which the Open Inference Protocol cannot write: send MLflow's forms");

    private static int FindPlace(InputContract contract, string name)
    {
        for (var i = 0; i < contract.Inputs.Count; i++)
        {
            if (contract.Inputs[i].Name == name)
            {
                return i;
            }
        }

        throw contract.Refuse($"the model has no input {InputContract.Quote(name)}");
    }

    private static HostValue ReadTensor(InputContract contract, OnnxNode input, JsonObject tensor)
    {
        if (input.Type.Kind == OnnxValueKind.Map)
        {
            throw RefuseMap(contract, input);
        }

        var type = JsonScalar.FindText(tensor["datatype"]);
        if (type != input.Type.ElementType.ProtocolName())
        {
            throw contract.Refuse(
                $"the input \"{input.Name}\" has the datatype {(type is null ? "none" : InputContract.Quote(type))}, not {input.Type.ElementType.ProtocolName()}"
            );
        }

        var shape = ReadShape(contract, input, tensor["shape"]);
        if (tensor["data"] is not JsonArray data)
        {
            throw contract.Refuse($"the input \"{input.Name}\" has no list \"data\"");
        }

        // The elements come flat, or nested as the dimensions say.
        var array = InputArray.Of(data, contract);
        if (array.Shape is [var count] && count == contract.CountElements(shape) || array.Shape.AsSpan().SequenceEqual(shape))
        {
            return HostValue.Of(TensorMaker.Make(contract, input, array.Reshaped(shape), []));
        }

        throw contract.Refuse(
            $"the input \"{input.Name}\" has data of the dimensions {OnnxShape.Show(array.Shape)} where its shape is {OnnxShape.Show(shape)}"
        );
    }

    private static long[] ReadShape(InputContract contract, OnnxNode input, JsonNode? node)
    {
        if (node is not JsonArray { Count: <= OnnxShape.MaxRank } list)
        {
            throw contract.Refuse($"the input \"{input.Name}\" has no list \"shape\"");
        }

        var shape = new long[list.Count];
        for (var i = 0; i < shape.Length; i++)
        {
            if (!ElementValue.TryReadInteger(list[i], isCsv: false, out shape[i]) || shape[i] < 0)
            {
                throw contract.Refuse($"the input \"{input.Name}\" has a shape with what is no dimension");
            }
        }

        return shape;
    }
}
