using System.Globalization;
using System.Text;
using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Artifacts;

/// <summary>Texts from a store, made fit for a message: bounded, one line, nothing that moves the cursor or turns the direction of writing.</summary>
internal static class Printable
{
    private const int MaxLength = 200;

    /// <summary>
    /// The text with control characters, line ends, marks of writing direction and halves of characters as <c>\uXXXX</c>, cut at 200 characters, never within one.
    /// </summary>
    public static string Text(string text)
    {
        var end = ShortText.LengthOf(text, MaxLength);
        var shown = new StringBuilder(end + 1);
        for (var i = 0; i < end; i++)
        {
            if (i + 1 < end && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                shown.Append(text, i++, 2);
            }
            else if (char.IsControl(text[i]) || char.IsSurrogate(text[i]) || Misleads(text[i]))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
            else
            {
                shown.Append(text[i]);
            }
        }

        return end < text.Length ? shown.Append('…').ToString() : shown.ToString();
    }

    // Unicode's line ends, and the marks that let "exe.gpj" be read from the other side.
    private static bool Misleads(char c) =>
        c
            is '\ufeff'
                or '\u2028'
                or '\u2029'
                or '\u061c'
                or '\u200e'
                or '\u200f'
                or (>= '\u202a' and <= '\u202e')
                or (>= '\u2066' and <= '\u2069');
}
