using System.Text;

namespace Hallmark.Cli.Output;

/// <summary>Makes text from outside safe to print: no control character, no escape sequence, no direction override reaches a terminal.</summary>
internal static class PlainText
{
    /// <summary>The text with every such character written as <c>\u….</c></summary>
    public static string Of(string text)
    {
        if (!text.Any(character => IsUnsafe(character) || char.IsSurrogate(character)))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                _ = safe.Append(text, i++, 2);
                continue;
            }

            _ = IsUnsafe(text[i]) || char.IsSurrogate(text[i]) ? safe.Append($"\\u{(int)text[i]:x4}") : safe.Append(text[i]);
        }

        return safe.ToString();
    }

    // The arabic letter mark (U+061C) turns a line around as the other marks do; a lone surrogate is no text, and an encoder would put something else in its place.
    private static bool IsUnsafe(char character) =>
        char.IsControl(character)
        || character
            is '\u061c'
                or '\u200e'
                or '\u200f'
                or '\u2028'
                or '\u2029'
                or (>= '\u202a' and <= '\u202e')
                or (>= '\u2066' and <= '\u2069')
                or '\ufeff';
}
