using System.Globalization;
using System.Text.RegularExpressions;

namespace Hallmark.Reports.Pages;

/// <summary>
/// Writes control characters and direction overrides as <c>\u….</c>, as the terminal's answers do: on a page they would turn a name around, so that a reader sees another one than
/// was recorded.
/// </summary>
internal static partial class VisibleControls
{
    /// <summary>The page with every such character made visible, whether it stands there itself or as a reference.</summary>
    public static string In(string html) =>
        Unsafe()
            .Replace(
                html,
                found =>
                {
                    var code = found.Groups["hex"] is { Success: true, Value: var hex }
                        ? int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                        : found.Value[0];
                    return IsUnsafe(code) ? string.Create(CultureInfo.InvariantCulture, $"\\u{code:x4}") : found.Value;
                }
            );

    /// <summary>A plain text with every such character made visible; what looks like a reference is text, and stays.</summary>
    public static string InText(string text) =>
        text.Any(c => IsUnsafe(c))
            ? string.Concat(text.Select(c => IsUnsafe(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()))
            : text;

    // A line feed and a tab are the page's own, and those of JSON and of commands.
    private static bool IsUnsafe(int code) =>
        code
            is (< 0x20 and not ('\n' or '\t' or '\r'))
                or (>= 0x7f and < 0xa0)
                or 0x61c
                or 0x200e
                or 0x200f
                or 0x2028
                or 0x2029
                or (>= 0x202a and <= 0x202e)
                or (>= 0x2066 and <= 0x2069)
                or 0xfeff;

    [GeneratedRegex(
        @"&#x(?<hex>[0-9A-Fa-f]{1,5});|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]",
        RegexOptions.CultureInvariant,
        60_000
    )]
    private static partial Regex Unsafe();
}
