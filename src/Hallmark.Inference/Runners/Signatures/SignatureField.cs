using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners.Signatures;

/// <summary>One column or tensor of a signature.</summary>
internal static class SignatureField
{
    private const int MaxDimensions = 32;

    /// <summary>Reads one entry; null where it is neither a column nor a tensor.</summary>
    public static (ModelField Field, bool IsTensor)? Read(JsonNode? node)
    {
        if (node is not JsonObject members || JsonScalar.FindText(members["type"]) is not { } type)
        {
            return null;
        }

        var name = JsonScalar.FindText(members["name"]) ?? "";
        var isRequired =
            !(members["required"] is JsonValue required && required.TryGetValue<bool>(out var said) && !said)
            && !(members["optional"] is JsonValue optional && optional.TryGetValue<bool>(out var free) && free);
        if (type != "tensor")
        {
            // A column has one value in each row; of nested types (array, object, map) the protocol knows no name.
            return ColumnType(type) is { } dataType ? (new ModelField(name, dataType, [-1], isRequired), false)
                : type is "array" or "object" or "map" or "any" or "sparkml_vector"
                    ? (new ModelField(name, "BYTES", null, isRequired), false)
                : null;
        }

        return
            members["tensor-spec"] is JsonObject tensor
            && TensorType(JsonScalar.FindText(tensor["dtype"])) is { } elementType
            && Shape(tensor["shape"]) is { } shape
            ? (new ModelField(name, elementType, shape, isRequired), true)
            : null;
    }

    private static string? ColumnType(string type) =>
        type switch
        {
            "boolean" => "BOOL",
            "integer" => "INT32",
            "long" => "INT64",
            "float" => "FP32",
            "double" => "FP64",
            "string" or "binary" or "datetime" => "BYTES",
            _ => null,
        };

    private static string? TensorType(string? type) =>
        type switch
        {
            "bool" => "BOOL",
            "int8" or "int16" or "int32" or "int64" or "uint8" or "uint16" or "uint32" or "uint64" => type.ToUpperInvariant(),
            "float16" => "FP16",
            "float32" => "FP32",
            "float64" => "FP64",
            "str" or "object" or "bytes" => "BYTES",
            // numpy's texts of a length ("<U12") and times.
            { } text when text.StartsWith("str", StringComparison.Ordinal) || text.StartsWith("datetime64", StringComparison.Ordinal) =>
                "BYTES",
            { } text when text.Length > 1 && text[0] is '<' or '>' or '|' && text[1] is 'U' or 'S' => "BYTES",
            _ => null,
        };

    private static List<long>? Shape(JsonNode? node)
    {
        if (node is not JsonArray { Count: <= MaxDimensions } list)
        {
            return null;
        }

        var shape = new List<long>(list.Count);
        foreach (var item in list)
        {
            if (JsonScalar.FindWholeNumber(item) is not { } dimension || dimension < -1)
            {
                return null;
            }

            shape.Add(dimension);
        }

        return shape;
    }
}
