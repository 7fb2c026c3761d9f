using System.Globalization;
using System.Text;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Makes a text of the server's fit for a message: one line, no control characters, not long.</summary>
public static class TextFromServer
{
    /// <summary>The text on one line: control and formatting characters replaced, runs of white space as one blank, cut at a length.</summary>
    /// <param name="text">As it came; half a character in it is shown as U+FFFD.</param>
    /// <param name="maxLength">In characters; a longer text ends in "…".</param>
    public static string Clean(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            // Never within a character: half of one is no text.
            if (clean.Length + rune.Utf16SequenceLength > maxLength)
            {
                return clean.Append('…').ToString();
            }

            var isBlank = Rune.IsWhiteSpace(rune) || Rune.IsControl(rune);
            if (isBlank && (clean.Length == 0 || clean[^1] == ' '))
            {
                continue;
            }

            // Formatting characters could turn a terminal's line around (Trojan Source).
            clean.Append(
                isBlank ? " "
                : Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format ? "�"
                : rune.ToString()
            );
        }

        return clean.ToString().Trim();
    }
}
