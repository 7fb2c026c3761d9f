using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>
/// Inputs of a model whose only input is a map, such as one that begins with scikit-learn's <c>DictVectorizer</c>: an object with its entries, or one row of a table whose columns
/// are its keys. A run takes one map.
/// </summary>
internal static class MapFeeds
{
    /// <summary>The map.</summary>
    /// <exception cref="ModelInputException">The input is no map, more than one, or one that does not fit.</exception>
    public static HostValue Build(InputContract contract, OnnxNode map, ModelInput input) =>
        input.Form switch
        {
            InputForm.DataframeRecords or InputForm.Instances or InputForm.Inputs when input.Value is JsonArray rows => BuildRow(
                contract,
                map,
                rows
            ),
            InputForm.Plain or InputForm.Inputs => BuildObject(contract, map, input.Value),
            InputForm.DataframeRecords => throw contract.Refuse("dataframe_records is no list of objects"),
            InputForm.Instances => throw contract.Refuse("instances is no list"),
            InputForm.DataframeSplit => BuildTable(contract, map, InputTable.OfSplit(input.Value, contract)),
            InputForm.Csv => BuildTable(contract, map, CsvTable.Read(input.Value, contract)),
            InputForm.OpenInference => throw OpenInferenceFeeds.RefuseMap(contract, map),
            _ => throw contract.Refuse($"inputs of the form {input.Form} are not for ONNX models"),
        };

    /// <summary>The cells of a table's only row, by its columns.</summary>
    /// <exception cref="ModelInputException">The columns have no names, or there is not one row.</exception>
    public static KeyValuePair<string, JsonNode?>[] OnlyRow(InputContract contract, InputTable table)
    {
        CheckRows(contract, table.Height);
        var names = table.Names ?? throw contract.Refuse("the columns have no names, which are a map's keys");
        return [.. names.Select((name, column) => KeyValuePair.Create(name, table.Cells[column]))];
    }

    private static HostValue BuildRow(InputContract contract, OnnxNode map, JsonArray rows)
    {
        CheckRows(contract, rows.Count);
        return BuildObject(contract, map, rows[0]);
    }

    private static HostValue BuildTable(InputContract contract, OnnxNode map, InputTable table)
    {
        var row = OnlyRow(contract, table);
        return row is [var (name, value)] && name == map.Name && value is JsonObject
            ? MapMaker.Make(contract, map, value)
            : MapMaker.Make(contract, map, row, table.IsCsv);
    }

    // The entries by themselves, or under the name of the input: no value of a map is an object.
    private static HostValue BuildObject(InputContract contract, OnnxNode map, JsonNode? value) =>
        MapMaker.Make(contract, map, value is JsonObject { Count: 1 } named && named[map.Name] is JsonObject entries ? entries : value);

    private static void CheckRows(InputContract contract, int count)
    {
        if (count != 1)
        {
            throw contract.Refuse($"the model takes one map at a time, and {count} rows came");
        }
    }
}
