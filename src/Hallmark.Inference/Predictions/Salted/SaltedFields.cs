using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;

namespace Hallmark.Inference.Predictions.Salted;

/// <summary>Takes inputs and outputs apart into the fields that are committed to one by one.</summary>
public static class SaltedFields
{
    /// <summary>The name of the field where a value has no fields.</summary>
    public const string Whole = "value";

    /// <summary>Most fields that are kept apart; a value with more is one field.</summary>
    public const int MaxFields = 256;

    /// <summary>The fields of an input: columns of tables, tensors by name, members of objects; anything else is one field. Parameters are members <c>params.NAME</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> OfInput(ModelInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var fields = input.Form switch
        {
            InputForm.DataframeSplit => OfSplit(input.Value),
            InputForm.DataframeRecords => OfRecords(input.Value),
            InputForm.OpenInference => OfTensors(input.Value),
            _ => (input.Value as JsonObject)?.ToList(),
        };
        var all = (fields ?? [new(Whole, input.Value)]).Concat(
            input.Parameters?.Select(member => KeyValuePair.Create("params." + member.Key, member.Value)) ?? []
        );
        return Bound(
            [.. all],
            input.Parameters is null ? input.Value : new JsonArray(input.Value?.DeepClone(), input.Parameters.DeepClone())
        );
    }

    /// <summary>The fields of an output: members of an object; anything else is one field.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> OfOutput(JsonNode? output) =>
        Bound((output as JsonObject)?.ToList() ?? [new(Whole, output)], output);

    // A name that comes twice would let one commitment stand for two values.
    private static List<KeyValuePair<string, JsonNode?>> Bound(List<KeyValuePair<string, JsonNode?>> fields, JsonNode? whole) =>
        fields.Count is > 0 and <= MaxFields && fields.DistinctBy(field => field.Key, StringComparer.Ordinal).Count() == fields.Count
            ? fields
            : [new(Whole, whole)];

    private static List<KeyValuePair<string, JsonNode?>>? OfSplit(JsonNode? value)
    {
        if (
            value is not JsonObject { Count: <= 3 } table
            || table["columns"] is not JsonArray columns
            || table["data"] is not JsonArray rows
            || !rows.All(row => row is JsonArray cells && cells.Count == columns.Count)
            || !columns.All(column => column is JsonValue name && name.TryGetValue(out string? _))
        )
        {
            return null;
        }

        var fields = columns
            .Select(
                (name, i) => KeyValuePair.Create((string)name!, (JsonNode?)new JsonArray([.. rows.Select(row => row![i]?.DeepClone())]))
            )
            .ToList();
        if (table["index"] is { } index)
        {
            fields.Add(KeyValuePair.Create("index", (JsonNode?)index));
        }

        return fields;
    }

    private static List<KeyValuePair<string, JsonNode?>>? OfRecords(JsonNode? value)
    {
        if (value is not JsonArray { Count: > 0 } rows || !rows.All(row => row is JsonObject))
        {
            return null;
        }

        var names = rows.SelectMany(row => row!.AsObject().Select(member => member.Key)).Distinct(StringComparer.Ordinal).ToList();
        return rows.All(row => row!.AsObject().Count == names.Count)
            ? names.ConvertAll(name =>
                KeyValuePair.Create(name, (JsonNode?)new JsonArray([.. rows.Select(row => row![name]?.DeepClone())]))
            )
            : null;
    }

    private static List<KeyValuePair<string, JsonNode?>>? OfTensors(JsonNode? value) =>
        value is JsonArray { Count: > 0 } tensors
        && tensors.All(tensor => tensor is JsonObject members && members["name"] is JsonValue name && name.TryGetValue(out string? _))
            ? [.. tensors.Select(tensor => KeyValuePair.Create((string)tensor!["name"]!, (JsonNode?)tensor))]
            : null;
}
