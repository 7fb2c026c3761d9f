using System.Globalization;

namespace Hallmark.Testing;

/// <summary>
/// Cultures that write numbers and times as no format here does. The tests, like the product, run without the system's cultures; so these are made up of what real ones do: a minus sign
/// that is no hyphen (sv-SE), a decimal comma (de-DE), signs with marks of direction (ar-SA, he-IL), dots in times (fi-FI).
/// </summary>
public static class HostileCulture
{
    /// <summary>What they are called, for theories.</summary>
    public static IReadOnlyList<string> Names { get; } = ["commas", "marks"];

    /// <summary>Makes one by its name.</summary>
    public static CultureInfo Make(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        var (numbers, times) = (culture.NumberFormat, culture.DateTimeFormat);
        switch (name)
        {
            case "commas":
                (numbers.NegativeSign, numbers.NumberDecimalSeparator, numbers.NumberGroupSeparator) = ("\u2212", ",", "\u00a0");
                (numbers.NaNSymbol, numbers.PositiveInfinitySymbol, numbers.NegativeInfinitySymbol) = (
                    "keine Zahl",
                    "\u221e",
                    "\u2212\u221e"
                );
                (times.TimeSeparator, times.DateSeparator) = (".", "/");
                break;
            case "marks":
                (numbers.NegativeSign, numbers.PositiveSign, numbers.NumberDecimalSeparator) = ("\u061c-", "\u200f+", "\u066b");
                (numbers.NumberGroupSeparator, numbers.PercentDecimalSeparator) = ("\u066c", "\u066b");
                (times.TimeSeparator, times.DateSeparator, times.AMDesignator, times.PMDesignator) = (
                    "\u200f:",
                    "\u200f/",
                    "\u0635",
                    "\u0645"
                );
                break;
            default:
                throw new ArgumentException("There is no such culture.", nameof(name));
        }

        return CultureInfo.ReadOnly(culture);
    }

    /// <summary>Runs something in a culture, with all that it awaits.</summary>
    public static async Task<T> RunAsync<T>(string? name, Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            var culture = name is null ? CultureInfo.InvariantCulture : Make(name);
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
            return await work().ConfigureAwait(false);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }
    }
}
