using System.Globalization;

namespace Hallmark.Core.Envelopes;

/// <summary>The spellings of time stamps in the family (envelope family §4.1, §7). Time is handed in; finer parts are cut off, not rounded.</summary>
public static class EnvelopeTime
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>
    /// Reads a time of anybody's: RFC 3339 with a <c>T</c>, up to seven digits of a fraction, and an offset; one without an offset is UTC's. What names less than a whole moment,
    /// such as a time of day, is none: nothing is filled in from a clock.
    /// </summary>
    /// <param name="text">The text; null is none.</param>
    /// <param name="time">The time; the default on a false result.</param>
    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    /// <summary>Python's <c>isoformat</c> in UTC, as the MLflow profile writes it: <c>2026-03-01T12:01:14.246914+00:00</c>, without fraction where the microseconds are zero.</summary>
    public static string Microseconds(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        var hasFraction = utc.Ticks % TimeSpan.TicksPerSecond >= TimeSpan.TicksPerMicrosecond;
        return utc.ToString(
            hasFraction ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'" : "yyyy-MM-dd'T'HH:mm:ss'+00:00'",
            CultureInfo.InvariantCulture
        );
    }

    /// <summary>RFC 3339 in UTC with milliseconds, as agents and batches write it: <c>2026-05-12T21:08:12.123Z</c>.</summary>
    public static string Milliseconds(DateTimeOffset time)
    {
        // The round-trip form, cut behind its milliseconds: it is written without looking at a format.
        Span<char> text = stackalloc char[28];
        time.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        return string.Concat(text[..23], "Z");
    }
}
