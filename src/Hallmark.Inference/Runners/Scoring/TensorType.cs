using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>The element types of the Open Inference Protocol (v2, "tensor data types"), as JSON carries them.</summary>
internal static class TensorType
{
    public static bool IsKnown(string name) =>
        name
            is "BOOL"
                or "UINT8"
                or "UINT16"
                or "UINT32"
                or "UINT64"
                or "INT8"
                or "INT16"
                or "INT32"
                or "INT64"
                or "FP16"
                or "FP32"
                or "FP64"
                or "BYTES";

    /// <summary>Whether a JSON value can be an element of a type: a truth value, a number (a whole one for integers), or a text for bytes.</summary>
    public static bool Takes(string name, JsonValue value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.True or JsonValueKind.False => name == "BOOL",
            JsonValueKind.String => name == "BYTES",
            JsonValueKind.Number => name.StartsWith("FP", StringComparison.Ordinal)
                || (name[0] is 'I' or 'U' && value.ToJsonString().AsSpan().IndexOfAny('.', 'e', 'E') < 0),
            _ => false,
        };
}
