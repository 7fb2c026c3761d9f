using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>
/// Reads single JSON values as what an element is made of. Nothing is guessed: a text is no number and a number no text, unless the values are CSV's, where all are texts.
/// </summary>
internal static class ElementValue
{
    // Above, neighbouring doubles are further apart than one.
    private const double LargestExact = 9007199254740992;

    /// <summary>A finite number; whole numbers are rounded to the nearest double.</summary>
    public static bool TryReadDouble(JsonNode? node, bool isCsv, out double number)
    {
        number = 0;
        if (isCsv)
        {
            return double.TryParse(JsonScalar.FindText(node), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
                && double.IsFinite(number);
        }

        return node is JsonValue value
            && value.GetValueKind() == JsonValueKind.Number
            && (
                value.TryGetValue(out number)
                || double.TryParse(JsonScalar.FindNumberText(value), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            )
            && double.IsFinite(number);
    }

    /// <summary>A whole number; <c>1.0</c> is one, as it is the same value by RFC 8785.</summary>
    public static bool TryReadInteger(JsonNode? node, bool isCsv, out long number)
    {
        if (long.TryParse(TextOf(node, isCsv), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        var isExact = TryReadDouble(node, isCsv, out var real) && Math.Abs(real) <= LargestExact && Math.Truncate(real) == real;
        number = isExact ? (long)real : 0;
        return isExact;
    }

    /// <summary>A whole number from 0 on.</summary>
    public static bool TryReadUnsigned(JsonNode? node, bool isCsv, out ulong number)
    {
        if (TryReadInteger(node, isCsv, out var signed))
        {
            number = signed < 0 ? 0 : (ulong)signed;
            return signed >= 0;
        }

        return ulong.TryParse(TextOf(node, isCsv), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary><c>true</c> or <c>false</c>; in CSV in any case of letters.</summary>
    public static bool TryReadBoolean(JsonNode? node, bool isCsv, out bool flag)
    {
        flag = false;
        if (isCsv)
        {
            return bool.TryParse(JsonScalar.FindText(node), out flag);
        }

        return node is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False && value.TryGetValue(out flag);
    }

    /// <summary>A text that the library can take: without a zero character, and with whole surrogate pairs.</summary>
    public static bool TryReadText(JsonNode? node, out string text)
    {
        text = JsonScalar.FindText(node) ?? "";
        return JsonScalar.FindText(node) is not null && !text.Contains('\0') && IsWellFormed(text);
    }

    /// <summary>What a value is, for people. The value itself is not repeated: messages may be logged.</summary>
    public static string Describe(JsonNode? node, bool isCsv) =>
        node switch
        {
            null => "null",
            JsonArray => "a list",
            JsonObject => "an object",
            JsonValue value => value.GetValueKind() switch
            {
                JsonValueKind.String when isCsv => JsonScalar.FindText(node) is "" ? "an empty cell" : "a cell",
                JsonValueKind.String => "a text",
                JsonValueKind.Number => "a number",
                JsonValueKind.True or JsonValueKind.False => "a truth value",
                _ => "null",
            },
            _ => "no JSON value",
        };

    private static string? TextOf(JsonNode? node, bool isCsv) => isCsv ? JsonScalar.FindText(node) : JsonScalar.FindNumberText(node);

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
