using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;

namespace Hallmark.Server.Scoring.OpenInference;

/// <summary>A model's answer as tensors. Where the runner knows none, they are read from the answer of MLflow's protocol: a list, a table by rows or by columns.</summary>
internal static class OutputTensors
{
    /// <summary>The name of an answer that has none.</summary>
    private const string Unnamed = "predictions";

    /// <summary>What an output of a model's signature is called here, where each tensor has a name.</summary>
    public static string NameOf(ModelField output) => output.Name.Length > 0 ? output.Name : Unnamed;

    /// <summary>The tensors; null where the answer cannot be written as tensors (ragged lists, mixed types, null).</summary>
    /// <param name="output">The answer.</param>
    /// <param name="announced">What the model says that it gives: names and types are these where they fit, since a client has read them; empty where it does not say.</param>
    public static IReadOnlyList<OutputTensor>? Of(ModelOutput output, IReadOnlyList<ModelField> announced)
    {
        if (output.Tensors.Count > 0)
        {
            return output.Tensors;
        }

        return output.Value switch
        {
            // No rows: nothing but what is announced says which columns they would have.
            JsonArray { Count: 0 } when announced.Count > 1 => [.. announced.Select(field => Of(NameOf(field), output.Value, announced)!)], // a list without values is a tensor of any type
            JsonArray { Count: > 0 } rows when rows.All(row => row is JsonObject) => OfColumns(Columns(rows), announced),
            JsonObject columns => OfColumns(
                columns.ToDictionary(column => column.Key, column => column.Value, StringComparer.Ordinal),
                announced
            ),
            var value => Of(announced is [var only] ? NameOf(only) : Unnamed, value, announced) is { } one ? [one] : null,
        };
    }

    private static OutputTensor[]? OfColumns(Dictionary<string, JsonNode?>? columns, IReadOnlyList<ModelField> announced)
    {
        var tensors = columns?.Select(column => Of(column.Key, column.Value, announced)).OfType<OutputTensor>().ToArray();
        return tensors?.Length == columns?.Count ? tensors : null;
    }

    private static Dictionary<string, JsonNode?>? Columns(JsonArray rows)
    {
        var names = rows[0]!.AsObject().Select(cell => cell.Key).ToList(); // all are objects
        if (rows.Any(row => row!.AsObject().Count != names.Count || !names.TrueForAll(row.AsObject().ContainsKey)))
        {
            return null;
        }

        return names.ToDictionary(
            name => name,
            name => (JsonNode?)new JsonArray([.. rows.Select(row => row![name]?.DeepClone())]),
            StringComparer.Ordinal
        );
    }

    private static OutputTensor? Of(string name, JsonNode? value, IReadOnlyList<ModelField> announced)
    {
        var shape = new List<long>();
        for (var at = value; at is JsonArray list; at = list.Count > 0 ? list[0] : null)
        {
            shape.Add(list.Count);
        }

        var flat = new JsonArray();
        var expected = announced.FirstOrDefault(field => NameOf(field) == name)?.DataType;
        return Append(value, shape, 0, flat) && TypeOf(flat, expected) is { } type
            ? new OutputTensor(name, type, value is JsonArray ? shape : [1], flat)
            : null;
    }

    private static bool Append(JsonNode? value, List<long> shape, int depth, JsonArray flat)
    {
        if (depth == shape.Count)
        {
            flat.Add(value?.DeepClone());
            return value is JsonValue;
        }

        return value is JsonArray list && list.Count == shape[depth] && list.All(item => Append(item, shape, depth + 1, flat));
    }

    private static string? TypeOf(JsonArray flat, string? announced)
    {
        if (TensorType.IsKnown(announced) && flat.All(item => TensorType.Holds(announced!, item))) // known, so not null
        {
            return announced;
        }

        if (flat.All(item => item!.GetValueKind() is JsonValueKind.Number)) // scalars only, as appended
        {
            return flat.Count > 0 && flat.All(IsWhole) ? "INT64" : "FP64";
        }

        return flat.All(item => item!.GetValueKind() is JsonValueKind.String) ? "BYTES"
            : flat.All(item => item!.GetValueKind() is JsonValueKind.True or JsonValueKind.False) ? "BOOL"
            : null;
    }

    // As it is written: servers write a real number 1.0, and a tensor must not change its type with its values.
    private static bool IsWhole(JsonNode? number) =>
        TensorType.Holds("INT64", number) && !number!.ToJsonString().AsSpan().ContainsAny(".eE"); // a number, so not null
}
