using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Envelopes;

/// <summary>Shows a JSON value as Python's <c>repr</c> does: the family's error texts quote values that way.</summary>
internal static class PythonRepr
{
    private const int MaxShownDepth = 8;

    /// <summary>The value as text; at most <see cref="MaxShownDepth"/> containers deep, beyond that <c>...</c> stands.</summary>
    internal static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case null:
                text.Append("None");
                break;
            case JsonObject or JsonArray when depth == MaxShownDepth:
                text.Append("...");
                break;
            case JsonObject members:
                text.Append('{');
                text.AppendJoin(", ", members.Select(member => Quote(member.Key) + ": " + Part(member.Value, depth)));
                text.Append('}');
                break;
            case JsonArray items:
                text.Append('[').AppendJoin(", ", items.Select(item => Part(item, depth))).Append(']');
                break;
            default:
                text.Append(Scalar(node));
                break;
        }
    }

    private static string Part(JsonNode? node, int depth)
    {
        var text = new StringBuilder();
        Append(text, node, depth + 1);
        return text.ToString();
    }

    private static string Scalar(JsonNode node) =>
        node.GetValueKind() switch
        {
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            JsonValueKind.String => Quote(MemberText.Find(node) ?? "\uFFFD"),
            _ => Number(node.ToJsonString()),
        };

    private static string Number(string json)
    {
        if (!json.AsSpan().ContainsAny(".eE"))
        {
            return json == "-0" ? "0" : json;
        }

        var value = double.Parse(json, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0.0" : "0.0";
        }

        // Python goes to exponents from 1e16 on and below 1e-4, and shows integral floats with a point.
        var (shortest, power) = ShortestDigits.Find(Math.Abs(value));
        var digits = shortest.ToString(CultureInfo.InvariantCulture);
        var pointAt = digits.Length + power;
        digits = digits.TrimEnd('0');
        var sign = value < 0 ? "-" : "";
        if (pointAt is > 16 or < -3)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{sign}{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(pointAt > 0 ? '+' : '-')}{Math.Abs(pointAt - 1):00}"
            );
        }

        return pointAt <= 0 ? $"{sign}0.{new string('0', -pointAt)}{digits}"
            : digits.Length <= pointAt ? $"{sign}{digits.PadRight(pointAt, '0')}.0"
            : $"{sign}{digits[..pointAt]}.{digits[pointAt..]}";
    }

    private static string Quote(string value)
    {
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var text = new StringBuilder().Append(quote);
        foreach (var rune in value.EnumerateRunes())
        {
            text.Append(
                rune.Value switch
                {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    '\\' => "\\\\",
                    _ when rune.Value == quote => "\\" + quote,
                    _ when IsPrintable(rune) => rune.ToString(),
                    <= 0xFF => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                    <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                    _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
                }
            );
        }

        return text.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) =>
        rune.Value == ' '
        || Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
            );
}
