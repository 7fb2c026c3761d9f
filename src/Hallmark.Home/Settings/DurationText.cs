using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hallmark.Home.Settings;

/// <summary>Lengths of time as settings and options write them: a whole number and a unit, <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>14d</c>.</summary>
public static class DurationText
{
    /// <summary>The longest that is read: ten years.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(3_650);

    /// <summary>Reads a length of time; false where the text is none, or longer than <see cref="Longest"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (
            text is not { Length: >= 2 and <= 12 }
            || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        )
        {
            return false;
        }

        long? seconds = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => null,
        };
        if (seconds is not { } unit || count > (long)Longest.TotalSeconds / unit)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(count * unit);
        return true;
    }

    /// <summary>As text, in the largest unit that goes in whole.</summary>
    public static string Write(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var (count, unit) =
            seconds > 0 && seconds % 86_400 == 0 ? (seconds / 86_400, 'd')
            : seconds > 0 && seconds % 3_600 == 0 ? (seconds / 3_600, 'h')
            : seconds > 0 && seconds % 60 == 0 ? (seconds / 60, 'm')
            : (seconds, 's');
        return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }
}
