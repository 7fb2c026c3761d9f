using System.Globalization;
using System.Text;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>Texts from tags, services and arguments, as lines of a terminal.</summary>
internal static class ArioText
{
    /// <summary>The whole text, with whatever could move a cursor, end a line or turn the reading direction as <c>\uXXXX</c>: a tag must not be able to draw a panel of its own.</summary>
    public static string Shown(string text)
    {
        if (!text.Any(MovesThings))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        foreach (var unit in text)
        {
            _ = MovesThings(unit) ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}") : shown.Append(unit);
        }

        return shown.ToString();
    }

    /// <summary>The first characters of a text, counted as Python counts them: by code point.</summary>
    public static string First(string text, int count)
    {
        var end = 0;
        for (var seen = 0; seen < count && end < text.Length; seen++)
        {
            end += char.IsHighSurrogate(text[end]) && end + 1 < text.Length && char.IsLowSurrogate(text[end + 1]) ? 2 : 1;
        }

        return text[..end];
    }

    private static bool MovesThings(char unit) =>
        char.GetUnicodeCategory(unit)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
