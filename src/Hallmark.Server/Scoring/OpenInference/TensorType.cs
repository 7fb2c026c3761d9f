using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Server.Scoring.OpenInference;

/// <summary>The Open Inference Protocol's types of elements, as JSON carries them.</summary>
internal static class TensorType
{
    private static readonly Dictionary<string, (decimal Least, decimal Most)> Integers = new(StringComparer.Ordinal)
    {
        ["INT8"] = (sbyte.MinValue, sbyte.MaxValue),
        ["INT16"] = (short.MinValue, short.MaxValue),
        ["INT32"] = (int.MinValue, int.MaxValue),
        ["INT64"] = (long.MinValue, long.MaxValue),
        ["UINT8"] = (0, byte.MaxValue),
        ["UINT16"] = (0, ushort.MaxValue),
        ["UINT32"] = (0, uint.MaxValue),
        ["UINT64"] = (0, ulong.MaxValue),
    };

    private static readonly Dictionary<string, double> Reals = new(StringComparer.Ordinal)
    {
        ["FP16"] = (double)Half.MaxValue,
        ["FP32"] = float.MaxValue,
        ["FP64"] = double.MaxValue,
    };

    /// <summary>All names, for messages.</summary>
    public static string Names => string.Join(", ", ["BOOL", .. Integers.Keys, .. Reals.Keys, "BYTES"]);

    /// <summary>Whether a name is a type that JSON can carry.</summary>
    public static bool IsKnown(string? name) =>
        name is "BOOL" or "BYTES" || (name is not null && (Integers.ContainsKey(name) || Reals.ContainsKey(name)));

    /// <summary>Whether a value is an element of a known type, without being cut or rounded to infinity. NaN and the infinities, which a model may answer, are elements of the real types.</summary>
    public static bool Holds(string type, JsonNode? value)
    {
        if (value is not JsonValue scalar)
        {
            return false;
        }

        return type switch
        {
            "BOOL" => scalar.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            "BYTES" => scalar.GetValueKind() is JsonValueKind.String,
            _ => scalar.GetValueKind() is JsonValueKind.Number && HoldsNumber(type, scalar),
        };
    }

    private static bool HoldsNumber(string type, JsonValue scalar)
    {
        if (Reals.TryGetValue(type, out var most))
        {
            return scalar.TryGetValue(out double real) && (!double.IsFinite(real) || Math.Abs(real) <= most);
        }

        var (least, largest) = Integers[type];

        // 1.0 and 1e2 are integers too; a decimal keeps what a double would round.
        return scalar.TryGetValue(out decimal integer) && decimal.Truncate(integer) == integer && integer >= least && integer <= largest;
    }
}
