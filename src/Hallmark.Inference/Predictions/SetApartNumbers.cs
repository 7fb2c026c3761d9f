using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
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

    /// <summary>
    /// True where a value that was read from text holds an integer beyond ±(2⁵³−1): its canonical form is the nearest double, which a hash could not tell from the integer's
    /// neighbours. Native values of that kind have no canonical form, and are refused by who writes it.
    /// </summary>
    public static bool StandIn(JsonNode? output, int depth = 0) =>
        output switch
        {
            JsonObject members => depth < StrictJson.MaxDepth && members.Any(member => StandIn(member.Value, depth + 1)),
            JsonArray items => depth < StrictJson.MaxDepth && items.Any(item => StandIn(item, depth + 1)),
            JsonValue value => FindDigits(value) is not null,
            _ => false,
        };

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
        : value.TryGetValue(out JsonElement _) ? FindDigits(value)
        : value.TryGetValue(out long integer) && integer is > LargestExactInteger or < -LargestExactInteger
            ? integer.ToString(CultureInfo.InvariantCulture)
        : value.TryGetValue(out ulong natural) && natural > LargestExactInteger ? natural.ToString(CultureInfo.InvariantCulture)
        : null;

    // What has a point or an exponent is a double to everybody, and up to 15 digits are exact.
    private static string? FindDigits(JsonValue value) =>
        value.TryGetValue(out JsonElement element)
        && element.ValueKind is JsonValueKind.Number
        && JsonMarshal.GetRawUtf8Value(element) is { Length: > 15 } digits
        && !digits.ContainsAny(".eE"u8)
        && !(element.TryGetInt64(out var integer) && integer is >= -LargestExactInteger and <= LargestExactInteger)
            ? Encoding.ASCII.GetString(digits)
            : null;

    private static string TextOf(double number) =>
        double.IsNaN(number) ? "NaN"
        : number > 0 ? "Infinity"
        : "-Infinity";

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
