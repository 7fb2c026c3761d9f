using System.Globalization;
using Hallmark.Core.Failures;

namespace Hallmark.Reports.Pages;

/// <summary>Shortens a name in the middle until it fits into a node of the chain's picture, where text cannot break.</summary>
internal static class NodeTitle
{
    /// <summary>The name, or its beginning and its end. Characters of several code units stay whole.</summary>
    /// <param name="text">The name.</param>
    /// <param name="width">How many pixels there are, at 15 pixels and in bold.</param>
    public static string Fit(string text, double width)
    {
        // A name may be as long as whoever chose it liked: what is far beyond the node is not looked at.
        const int MostLookedAt = 128;
        var looked = text.Length <= 2 * MostLookedAt ? text : ShortText.Cut(text, MostLookedAt) + End(text, MostLookedAt);
        var elements = Split(looked.Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' '));
        if (elements.Sum(WidthOf) <= width && looked.Length == text.Length)
        {
            return string.Concat(elements);
        }

        var left = width - WidthOf("…");
        var tail = Take(elements.AsEnumerable().Reverse(), left / 3);
        var head = Take(elements, left - tail.Sum(WidthOf));
        return $"{string.Concat(head)}…{string.Concat(tail.AsEnumerable().Reverse())}";
    }

    // Not through the middle of a character of two code units.
    private static string End(string text, int length) => text[^(char.IsLowSurrogate(text[^length]) ? length - 1 : length)..];

    private static List<string> Take(IEnumerable<string> elements, double width)
    {
        var taken = new List<string>();
        foreach (var element in elements)
        {
            width -= WidthOf(element);
            if (width < 0)
            {
                break;
            }

            taken.Add(element);
        }

        return taken;
    }

    private static List<string> Split(string text)
    {
        var elements = new List<string>();
        for (var each = StringInfo.GetTextElementEnumerator(text); each.MoveNext(); )
        {
            elements.Add(each.GetTextElement());
        }

        return elements;
    }

    // The widest of the system fonts that pages are read in; an element of several characters is one picture or a letter with its marks.
    private static double WidthOf(string element) =>
        element[0] switch
        {
            'i' or 'l' or 'j' or '.' or ',' or ':' or ' ' => 6,
            'm' or 'w' or 'M' or 'W' or '@' or '%' => 17,
            >= 'A' and <= 'Z' => 12.5,
            < '\u0080' => 10.8,
            < '\u0250' => 13,
            _ => 20,
        };
}
