using System.Text;

namespace Hallmark.Cli.Output;

/// <summary>Makes text from outside safe to print: no control character, no escape sequence, no direction override reaches a terminal.</summary>
internal static class PlainText
{
    /// <summary>The text with every such character written as <c>\u….</c></summary>
    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = IsUnsafe(character) ? safe.Append($"\\u{(int)character:x4}") : safe.Append(character);
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char character) =>
        char.IsControl(character)
        || char.IsSurrogate(character) is false
            && character is '\u200e' or '\u200f' or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
