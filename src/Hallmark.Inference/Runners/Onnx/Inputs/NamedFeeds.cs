using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Inputs by the names that the graph has for them.</summary>
internal static class NamedFeeds
{
    /// <summary>Whether an object is about the graph's inputs: a name of it is one.</summary>
    public static bool AreNamed(InputContract contract, JsonObject named) => contract.Inputs.Any(input => named.ContainsKey(input.Name));

    /// <summary>One value for each input.</summary>
    /// <exception cref="ModelInputException">A name is missing or unknown, or a value does not fit.</exception>
    public static HostValue[] Build(InputContract contract, JsonObject named, ShapeRule rule)
    {
        foreach (var (name, _) in named)
        {
            if (contract.Inputs.All(input => input.Name != name))
            {
                throw contract.Refuse($"the model has no input {InputContract.Quote(name)}");
            }
        }

        return
        [
            .. contract.Inputs.Select(input =>
                named.TryGetPropertyValue(input.Name, out var value)
                    ? Make(contract, input, value, rule)
                    : throw contract.Refuse($"the input \"{input.Name}\" is missing")
            ),
        ];
    }

    private static HostValue Make(InputContract contract, OnnxNode input, JsonNode? value, ShapeRule rule) =>
        input.Type.Kind == OnnxValueKind.Map
            ? MapMaker.Make(contract, input, value)
            : Make(contract, input, InputArray.Of(value, contract), rule);

    /// <summary>One input's tensor.</summary>
    /// <exception cref="ModelInputException">The value does not fit.</exception>
    public static HostValue Make(InputContract contract, OnnxNode input, InputArray array, ShapeRule rule)
    {
        var fitted = ShapeFit.Apply(array, input.Type.Shape, rule);

        // A tensor without names stands for the signature's columns where it is as wide.
        var columns =
            contract.OnlyInput is not null && fitted.Shape is [_, var width] && contract.NamedColumns.Count == width
                ? contract.NamedColumns
                : [];
        return HostValue.Of(TensorMaker.Make(contract, input, fitted, columns));
    }
}
