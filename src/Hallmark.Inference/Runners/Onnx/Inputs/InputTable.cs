using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Rows of equally many cells.</summary>
/// <param name="Names">The columns' names, each once; null where they have none.</param>
/// <param name="Width">How many columns.</param>
/// <param name="Cells">The cells, row after row.</param>
/// <param name="IsCsv">As in <see cref="InputArray"/>.</param>
internal sealed record InputTable(IReadOnlyList<string>? Names, int Width, JsonNode?[] Cells, bool IsCsv = false)
{
    /// <summary>How many rows.</summary>
    public int Height => Width == 0 ? 0 : Cells.Length / Width;

    /// <summary>The cells of some columns, in that order: <c>[rows, columns]</c>.</summary>
    public InputArray Select(IReadOnlyList<int> columns)
    {
        var items = new JsonNode?[Height * columns.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Cells[i / columns.Count * Width + columns[i % columns.Count]];
        }

        return new InputArray([Height, columns.Count], items, IsCsv);
    }

    /// <summary>One column, whose cells may be lists: <c>[rows, …]</c>.</summary>
    /// <exception cref="ModelInputException">The lists are not equally long.</exception>
    public InputArray Column(int column, InputContract contract)
    {
        var array = Select([column]).Reshaped(Height);
        if (!array.Items.Any(item => item is JsonArray))
        {
            return array;
        }

        // A node has one parent: the list of all cells is made of copies.
        return InputArray.Of(new JsonArray([.. array.Items.Select(item => item?.DeepClone())]), contract);
    }

    /// <summary>MLflow's <c>dataframe_split</c>.</summary>
    /// <exception cref="ModelInputException">It is none.</exception>
    public static InputTable OfSplit(JsonNode? value, InputContract contract)
    {
        if (value is not JsonObject split || split["data"] is not JsonArray data)
        {
            throw contract.Refuse("dataframe_split is no object with \"columns\" and \"data\"");
        }

        if (split.Select(member => member.Key).FirstOrDefault(name => name is not ("columns" or "data" or "index")) is { } unknown)
        {
            throw contract.Refuse(
                $"dataframe_split has a member {InputContract.Quote(unknown)}; it has \"columns\", \"data\" and \"index\""
            );
        }

        string[]? names = split["columns"] switch
        {
            null => null,
            JsonArray columns => [.. columns.Select(column => ReadName(column, contract))],
            _ => throw contract.Refuse("dataframe_split's \"columns\" is no list"),
        };
        var width = names?.Length ?? (data.FirstOrDefault() as JsonArray)?.Count ?? 0;
        var cells = new JsonNode?[contract.CountElements([data.Count, width])];
        for (var row = 0; row < data.Count; row++)
        {
            if (data[row] is not JsonArray line || line.Count != width)
            {
                throw contract.Refuse($"row {row} of dataframe_split (counted from 0) is no list of {width}");
            }

            for (var column = 0; column < width; column++)
            {
                cells[row * width + column] = line[column];
            }
        }

        return Checked(new InputTable(names, width, cells), contract);
    }

    /// <summary>A list of objects, all with the same names.</summary>
    /// <exception cref="ModelInputException">It is none.</exception>
    public static InputTable OfRecords(JsonArray records, InputContract contract)
    {
        string[] names = records.FirstOrDefault() is JsonObject first ? [.. first.Select(member => member.Key)] : [];
        var cells = new JsonNode?[contract.CountElements([records.Count, names.Length])];
        for (var row = 0; row < records.Count; row++)
        {
            if (records[row] is not JsonObject record || record.Count != names.Length)
            {
                throw contract.Refuse($"row {row} (counted from 0) is no object with the same names as row 0");
            }

            for (var column = 0; column < names.Length; column++)
            {
                if (!record.TryGetPropertyValue(names[column], out cells[row * names.Length + column]))
                {
                    throw contract.Refuse($"row {row} (counted from 0) has no {InputContract.Quote(names[column])}, which row 0 has");
                }
            }
        }

        return Checked(new InputTable(names, names.Length, cells), contract);
    }

    /// <summary>An object of lists that are equally long, or of single values: these are one row, as MLflow takes them.</summary>
    /// <exception cref="ModelInputException">They are not.</exception>
    public static InputTable OfColumns(JsonObject columns, InputContract contract)
    {
        string[] names = [.. columns.Select(column => column.Key)];
        if (columns.All(column => column.Value is JsonValue))
        {
            contract.CountElements([names.Length]);
            return Checked(new InputTable(names, names.Length, [.. columns.Select(column => column.Value)]), contract);
        }

        if (columns.FirstOrDefault(column => column.Value is null or JsonObject) is { Key: { } odd } at)
        {
            var found = ElementValue.Describe(at.Value, isCsv: false);
            throw contract.Refuse($"{InputContract.Quote(odd)} is {found}, and neither a list nor a single value");
        }

        // Not all are single values, so there is a list.
        var height = columns.Select(column => column.Value).OfType<JsonArray>().First().Count;
        var cells = new JsonNode?[contract.CountElements([height, columns.Count])];
        var column = 0;
        foreach (var (name, value) in columns)
        {
            if (value is not JsonArray list || list.Count != height)
            {
                throw contract.Refuse($"{InputContract.Quote(name)} is no list of {height}, as the first list is");
            }

            for (var row = 0; row < height; row++)
            {
                cells[row * columns.Count + column] = list[row];
            }

            column++;
        }

        return Checked(new InputTable(names, names.Length, cells), contract);
    }

    /// <summary>A table is usable where it has a cell and no name stands twice.</summary>
    /// <exception cref="ModelInputException">It has none, or one does.</exception>
    public static InputTable Checked(InputTable table, InputContract contract)
    {
        if (table.Cells.Length == 0)
        {
            throw contract.Refuse("the input has no rows");
        }

        var twice = table.Names?.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? table : throw contract.Refuse($"the column {InputContract.Quote(twice.Key)} stands there twice");
    }

    // Frames without names of their own have numbers for them.
    private static string ReadName(JsonNode? node, InputContract contract) =>
        node is JsonValue value && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number
            ? value.ToString()
            : throw contract.Refuse("dataframe_split's \"columns\" holds what is no name");
}
