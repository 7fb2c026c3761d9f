using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Tables: a column for each input of the graph, or all columns as the one input that it has.</summary>
internal static class TableFeeds
{
    /// <summary>One value for each input.</summary>
    /// <remarks>By the scoring protocol columns go by the names of the signature, and what it does not name is left out. Without a signature of columns nothing is left out.</remarks>
    /// <exception cref="ModelInputException">A column is missing or unknown, or a cell does not fit.</exception>
    public static IReadOnlyList<HostValue> Build(InputContract contract, InputTable table)
    {
        var places = table.Names is null
            ? []
            : table
                .Names.Select((name, place) => (name, place))
                .ToDictionary(pair => pair.name, pair => pair.place, StringComparer.Ordinal);
        if (places.Count > 0)
        {
            CheckNames(contract, places);
            if (contract.Inputs.All(input => places.ContainsKey(input.Name)))
            {
                return BuildColumns(contract, table, places);
            }
        }

        if (contract.OnlyInput is not { } only)
        {
            var missing = contract.Inputs.FirstOrDefault(input => !places.ContainsKey(input.Name));
            throw contract.Refuse(missing is null ? "the model has no inputs" : $"the column \"{missing.Name}\" is missing");
        }

        return [HostValue.Of(BuildMatrix(contract, only, table, places))];
    }

    private static void CheckNames(InputContract contract, Dictionary<string, int> places)
    {
        if (contract.NamedColumns is { Count: > 0 } columns)
        {
            var missing = columns.FirstOrDefault(column => column.IsRequired && !places.ContainsKey(column.Name));
            if (missing is not null)
            {
                throw contract.Refuse($"the column {InputContract.Quote(missing.Name)} is missing");
            }
        }
        else if (contract.Inputs.Any(input => places.ContainsKey(input.Name)))
        {
            var unknown = places.Keys.FirstOrDefault(name => contract.Inputs.All(input => input.Name != name));
            if (unknown is not null)
            {
                throw contract.Refuse($"the model has no input {InputContract.Quote(unknown)}");
            }
        }
    }

    private static HostValue[] BuildColumns(InputContract contract, InputTable table, Dictionary<string, int> places) =>
        [
            .. contract.Inputs.Select(input =>
            {
                var place = places[input.Name];
                if (input.Type.Kind == OnnxValueKind.Map)
                {
                    return MapMaker.Make(contract, input, MapFeeds.OnlyRow(contract, table)[place].Value);
                }

                var column = ShapeFit.Apply(table.Column(place, contract), input.Type.Shape, ShapeRule.Exact);
                var field = contract.NamedColumns.FirstOrDefault(field => field.Name == input.Name);
                return HostValue.Of(TensorMaker.Make(contract, input, column, field is null ? [] : [field]));
            }),
        ];

    private static HostTensor BuildMatrix(InputContract contract, OnnxNode only, InputTable table, Dictionary<string, int> places)
    {
        var columns = places.Count > 0 || contract.NamedColumns.Count == table.Width ? contract.NamedColumns : [];
        var absent = columns.FirstOrDefault(column => places.Count > 0 && !places.ContainsKey(column.Name));
        if (absent is not null)
        {
            throw contract.Refuse(
                $"the column {InputContract.Quote(absent.Name)} is missing: its signature calls it optional, but the graph takes all columns as one input"
            );
        }

        int[] order =
            columns.Count > 0 && places.Count > 0
                ? [.. columns.Select(column => places[column.Name])]
                : [.. Enumerable.Range(0, table.Width)];
        var array = table.Select(order);

        // One column for an input of one dimension.
        var fitted = only.Type.Shape is { Length: 1 } && order.Length == 1 ? array.Reshaped(table.Height) : array;
        return TensorMaker.Make(contract, only, fitted, columns);
    }
}
