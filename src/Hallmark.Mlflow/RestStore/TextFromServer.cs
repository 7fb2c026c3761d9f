using System.Globalization;
using System.Text;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Makes a text of the server's fit for a message: one line, no control characters, not long.</summary>
internal static class TextFromServer
{
    public static string Clean(string text, int maxLength)
    {
        var clean = new StringBuilder();
        foreach (var c in text)
        {
            if (clean.Length >= maxLength)
            {
                return clean.Append('…').ToString();
            }

            var isBlank = char.IsWhiteSpace(c) || char.IsControl(c);
            if (isBlank && (clean.Length == 0 || clean[^1] == ' '))
            {
                continue;
            }

            // Formatting characters could turn a terminal's line around (Trojan Source).
            clean.Append(
                isBlank ? ' '
                : char.GetUnicodeCategory(c) is UnicodeCategory.Format ? '�'
                : c
            );
        }

        return clean.ToString().Trim();
    }
}
