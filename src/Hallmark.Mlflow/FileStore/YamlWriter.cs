using System.Globalization;
using System.Text;

namespace Hallmark.Mlflow.FileStore;

/// <summary>
/// Writes mappings as PyYAML does in MLflow: block style, keys sorted, UTF-8 as it is, one document without marks. Only the folding of long lines is left
/// out. YAML 1.1 readers find the same strings, numbers and nulls again: whatever could be taken for something else than a string is quoted.
/// </summary>
internal static class YamlWriter
{
    private const int Indent = 2;

    // Plain strings that YAML 1.1 reads as booleans or null.
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "y",
        "n",
        "yes",
        "no",
        "true",
        "false",
        "on",
        "off",
        "null",
    };

    /// <summary>The document, with a line end at its end.</summary>
    public static string Write(YamlMap map)
    {
        var text = new StringBuilder();
        Map(text, map, 0);
        return text.ToString();
    }

    private static void Map(StringBuilder text, YamlMap map, int indent)
    {
        foreach (var (key, value) in map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(' ', indent);
            var written = String(key);
            // Longer keys than 128 bytes are no simple keys for some readers: "? key" holds any.
            text.Append(written.Length > 100 ? "? " + written + "\n" + new string(' ', indent) : written).Append(':');
            Value(text, value, indent);
        }
    }

    private static void Value(StringBuilder text, YamlNode node, int indent)
    {
        switch (node)
        {
            case YamlScalar scalar:
                text.Append(' ').Append(Scalar(scalar)).Append('\n');
                break;
            case YamlMap { Entries.Count: 0 }:
                text.Append(" {}\n");
                break;
            case YamlList { Items.Count: 0 }:
                text.Append(" []\n");
                break;
            case YamlMap map:
                text.Append('\n');
                Map(text, map, indent + Indent);
                break;
            case YamlList list:
                text.Append('\n');
                foreach (var item in list.Items)
                {
                    text.Append(' ', indent).Append('-');
                    Value(text, item, indent + Indent);
                }

                break;
        }
    }

    // What was read without quotes and on one line means the same when it is written so again.
    private static string Scalar(YamlScalar scalar) =>
        scalar switch
        {
            { IsNull: true } => "null",
            { IsPlain: true } when !scalar.Text.Any(char.IsControl) => scalar.Text,
            _ => String(scalar.Text),
        };

    private static string String(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        return text.EnumerateRunes().All(IsPrintable) ? "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'" : Escaped(text);
    }

    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_')
        && text[^1] is not (' ' or ':')
        && !Words.Contains(text)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or ' ' or '@' or '+' or '(' or ')' or '*')
        && !text.Contains(": ", StringComparison.Ordinal);

    // PyYAML's printable characters, less the line ends of YAML 1.1 and the byte order mark.
    private static bool IsPrintable(Rune rune) =>
        rune.Value is (>= 0x20 and <= 0x7e) or (>= 0xa0 and <= 0xd7ff) or (>= 0xe000 and <= 0xfffd) or >= 0x10000
        && rune.Value is not (0x2028 or 0x2029 or 0xfeff);

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(
                rune.Value switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    _ when IsPrintable(rune) => rune.ToString(),
                    < 0x100 => "\\x" + rune.Value.ToString("X2", CultureInfo.InvariantCulture),
                    _ => "\\u" + rune.Value.ToString("X4", CultureInfo.InvariantCulture),
                }
            );
        }

        return escaped.Append('"').ToString();
    }
}
