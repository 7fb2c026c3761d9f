using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>
/// Values as a caller in this process has them (mlflow-events.md §7.1): an object is one row, its values in their order, a list one row, anything else the input itself. Where
/// an object's names are the graph's inputs or the signature's columns they decide, and not the order, which is no part of what is hashed.
/// </summary>
internal static class PlainFeeds
{
    /// <summary>One value for each input.</summary>
    /// <exception cref="ModelInputException">The value does not fit.</exception>
    public static IReadOnlyList<HostValue> Build(InputContract contract, JsonNode? value)
    {
        if (value is JsonObject named)
        {
            return contract.Inputs.All(input => named.ContainsKey(input.Name))
                ? NamedFeeds.Build(contract, named, ShapeRule.Row)
                : BuildRow(contract, named);
        }

        var only = contract.OnlyInput ?? throw contract.Refuse($"the model has {contract.Inputs.Count} inputs: name each");
        return [NamedFeeds.Make(contract, only, InputArray.Of(value, contract), ShapeRule.Row)];
    }

    private static IReadOnlyList<HostValue> BuildRow(InputContract contract, JsonObject named)
    {
        string[] names = [.. named.Select(member => member.Key)];
        var columns = contract.NamedColumns;
        var areColumns = columns.Count == names.Length && columns.All(column => named.ContainsKey(column.Name));
        JsonNode?[] cells = [.. named.Select(member => member.Value)];
        contract.CountElements([cells.Length]);
        return TableFeeds.Build(contract, InputTable.Checked(new InputTable(areColumns ? names : null, names.Length, cells), contract));
    }
}
