using System.Globalization;

namespace Hallmark.Cli.Output;

/// <summary>Numbers with their units, as people read them.</summary>
internal static class Units
{
    /// <summary>A size in B, kB, MB or GB (powers of ten).</summary>
    public static string Size(long bytes) =>
        bytes switch
        {
            < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
        };

    /// <summary>A duration in ms or s.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    /// <summary>A time in UTC, with its zone.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A hash or id shortened in the middle: <c>7c1e09…42ab</c>.</summary>
    public static string Short(string text) => text.Length <= 16 ? text : $"{text[..8]}…{text[^4..]}";
}
