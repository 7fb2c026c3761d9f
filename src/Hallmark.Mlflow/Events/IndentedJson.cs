using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Events;

/// <summary>JSON to read, as the original writes it: members in their order, indent 2, everything outside printable ASCII escaped. Never hashed or signed.</summary>
internal static class IndentedJson
{
    public static string Write(JsonNode? value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonNode? value, int level)
    {
        switch (value)
        {
            case JsonObject members:
                AppendItems(
                    text,
                    '{',
                    '}',
                    members.Count,
                    level,
                    members,
                    (target, member) =>
                    {
                        AppendString(target, member.Key);
                        target.Append(": ");
                        Append(target, member.Value, level + 1);
                    }
                );
                break;
            case JsonArray items:
                AppendItems(text, '[', ']', items.Count, level, items, (target, item) => Append(target, item, level + 1));
                break;
            case JsonValue scalar when scalar.GetValueKind() is JsonValueKind.String:
                AppendString(text, scalar.GetValue<string>());
                break;
            default:
                text.Append(value?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void AppendItems<T>(
        StringBuilder text,
        char open,
        char close,
        int count,
        int level,
        IEnumerable<T> items,
        Action<StringBuilder, T> append
    )
    {
        text.Append(open);
        if (count == 0)
        {
            text.Append(close);
            return;
        }

        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "\n" : ",\n").Append(' ', 2 * (level + 1));
            append(text, item);
            first = false;
        }

        text.Append('\n').Append(' ', 2 * level).Append(close);
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            _ = unit switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\f' => text.Append("\\f"),
                '\b' => text.Append("\\b"),
                >= ' ' and <= '~' => text.Append(unit),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
            };
        }

        text.Append('"');
    }
}
