using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Makes a map for one input of the graph, after every key and value was held against graph and signature.</summary>
internal static class MapMaker
{
    /// <summary>Makes the map of an object.</summary>
    /// <exception cref="ModelInputException">It is no object, or something in it does not fit; says what the model takes.</exception>
    public static HostValue Make(InputContract contract, OnnxNode input, JsonNode? value) =>
        value is JsonObject entries
            ? Make(contract, input, [.. entries], isCsv: false)
            : throw contract.Refuse(
                $"the input \"{input.Name}\" is {ElementValue.Describe(value, isCsv: false)}, and not the object that a map is written as"
            );

    /// <summary>Makes the map of its entries.</summary>
    /// <param name="contract">What the model takes.</param>
    /// <param name="input">The input that it is for.</param>
    /// <param name="entries">Keys, each once, and values.</param>
    /// <param name="isCsv">As in <see cref="InputArray"/>.</param>
    /// <exception cref="ModelInputException">Something does not fit; says what the model takes.</exception>
    public static HostValue Make(InputContract contract, OnnxNode input, IReadOnlyList<KeyValuePair<string, JsonNode?>> entries, bool isCsv)
    {
        var columns = ColumnsOf(contract, input);
        if (columns.Count > 0)
        {
            entries = [.. entries.Where(entry => columns.ContainsKey(entry.Key))];
            CheckRequired(contract, columns.Values, entries);
        }

        long[] shape = [entries.Count];
        contract.CountElements(shape);
        var valueType = input.Type.Inner?.ElementType ?? OnnxElementType.Undefined;
        var keys = new TensorBuilder(input.Type.ElementType, entries.Count);
        var values = new TensorBuilder(valueType, entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var (key, value) = entries[i];
            if (!TrySetKey(keys, i, key, input.Type.ElementType))
            {
                throw contract.Refuse($"the key {InputContract.Quote(key)} does not fit {input.Type.ElementType.ProtocolName()}");
            }

            var column = columns.GetValueOrDefault(key);
            if (column is not null && TensorBuilder.CheckOf(column) is { } check && !check.TrySet(0, value, isCsv))
            {
                throw RefuseValue(contract, key, value, isCsv, column.DataType);
            }

            if (!values.TrySet(i, value, isCsv))
            {
                throw RefuseValue(contract, key, value, isCsv, valueType.ProtocolName());
            }
        }

        return HostValue.OfMap(keys.Build(shape), values.Build(shape));
    }

    // The columns of a signature are the keys, unless one of them is the input as a whole.
    private static Dictionary<string, ModelField> ColumnsOf(InputContract contract, OnnxNode input) =>
        contract.OnlyInput is not null && contract.NamedColumns.All(column => column.Name != input.Name)
            ? contract.NamedColumns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, StringComparer.Ordinal)
            : [];

    private static void CheckRequired(
        InputContract contract,
        IEnumerable<ModelField> columns,
        IReadOnlyList<KeyValuePair<string, JsonNode?>> entries
    )
    {
        var given = entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var missing = columns.FirstOrDefault(column => column.IsRequired && !given.Contains(column.Name));
        if (missing is not null)
        {
            throw contract.Refuse($"the column {InputContract.Quote(missing.Name)} is missing");
        }
    }

    // A number has one spelling: of "5" and "05" the library would take the first and forget the other.
    private static bool TrySetKey(TensorBuilder keys, int index, string key, OnnxElementType type) =>
        type == OnnxElementType.String
            ? keys.TrySet(index, JsonValue.Create(key), isCsv: false)
            : long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number.ToString(CultureInfo.InvariantCulture) == key
                && keys.TrySet(index, JsonValue.Create(number), isCsv: false);

    private static ModelInputException RefuseValue(InputContract contract, string key, JsonNode? value, bool isCsv, string wanted) =>
        contract.Refuse($"{InputContract.Quote(key)} is {ElementValue.Describe(value, isCsv)} that does not fit {wanted}");
}
