using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Inference.Runners;

namespace Hallmark.Inference.Predictions;

/// <summary>
/// Outputs with numbers that canonical JSON has not: NaN, the infinities, integers beyond ±(2⁵³−1). Each is replaced by null and stands as text in the member
/// <c>numbers</c>, under its JSON pointer (RFC 6901) in the value. The output of a plain value never has that member, so that no two outputs share a form.
/// </summary>
internal static class SetApartNumbers
{
    private const long LargestExactInteger = (1L << 53) - 1;

    /// <summary>The bytes that such an output is hashed as: <c>{"numbers":{"/0":"NaN"},"prediction":[null]}</c>.</summary>
    /// <param name="output">The value.</param>
    /// <param name="member">The member that it is hashed under.</param>
    /// <exception cref="ModelRunException">The output has no canonical form in this way either.</exception>
    public static byte[] CanonicalOutput(JsonNode? output, string member = "prediction")
    {
        var numbers = new JsonObject();
        try
        {
            var value = Replace(output, "", numbers, depth: 0);
            return CanonicalJson.Canonicalize(new JsonObject { ["numbers"] = numbers, [member] = value });
        }
        catch (JsonRejectedException refusal)
        {
            throw new ModelRunException($"the model's answer cannot be committed to and is not given out: {refusal.Message}", refusal);
        }
    }

    private static JsonNode? Replace(JsonNode? node, string pointer, JsonObject numbers, int depth)
    {
        // Deeper values are left to the canonical form, which refuses them.
        switch (node)
        {
            case JsonObject members when depth < StrictJson.MaxDepth:
                return new JsonObject(
                    members.Select(member =>
                        KeyValuePair.Create(member.Key, Replace(member.Value, $"{pointer}/{Escape(member.Key)}", numbers, depth + 1))
                    )
                );
            case JsonArray items when depth < StrictJson.MaxDepth:
                return new JsonArray([
                    .. items.Select(
                        (item, i) => Replace(item, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}"), numbers, depth + 1)
                    ),
                ]);
            case JsonValue value when FindText(value) is { } text:
                numbers[pointer] = text;
                return null;
            default:
                return node?.DeepClone();
        }
    }

    private static string? FindText(JsonValue value) =>
        value.TryGetValue(out double number) && !double.IsFinite(number) ? TextOf(number)
        : value.TryGetValue(out float single) && !float.IsFinite(single) ? TextOf(single)
        : value.TryGetValue(out System.Text.Json.JsonElement _) ? null
        : value.TryGetValue(out long integer) && integer is > LargestExactInteger or < -LargestExactInteger
            ? integer.ToString(CultureInfo.InvariantCulture)
        : value.TryGetValue(out ulong natural) && natural > LargestExactInteger ? natural.ToString(CultureInfo.InvariantCulture)
        : null;

    private static string TextOf(double number) =>
        double.IsNaN(number) ? "NaN"
        : number > 0 ? "Infinity"
        : "-Infinity";

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
