using System.Collections.Immutable;

namespace Hallmark.Anchors.OpenTimestamps.Calendars;

/// <summary>
/// The calendars that may be asked because a proof names them. Whoever writes a proof chooses what stands in it: without this list, reading one would make this machine
/// send requests wherever its author likes.
/// </summary>
public sealed class CalendarWhitelist
{
    private const string Wildcard = "*.";
    private readonly ImmutableArray<Pattern> _patterns;

    /// <param name="patterns">URLs of calendars; a host may begin with <c>*.</c>, which stands for one or more labels.</param>
    /// <exception cref="ArgumentException">One is not an http or https URL, or has a query, a fragment or a user.</exception>
    public CalendarWhitelist(IEnumerable<string> patterns) => _patterns = [.. patterns.Select(ReadPattern)];

    /// <summary>The public calendars, as the reference clients list them.</summary>
    public static IReadOnlyList<string> PublicCalendars { get; } =
    ["https://*.calendar.opentimestamps.org", "https://*.calendar.eternitywall.com", "https://*.calendar.catallaxy.com"];

    /// <summary>The address to ask, where a URI is on the list; else null.</summary>
    public Uri? Find(string uri) =>
        TryReadAddress(uri, out var address) && _patterns.Any(pattern => pattern.Covers(address)) ? address : null;

    private static Pattern ReadPattern(string text)
    {
        // The asterisk is no host name of its own: read with a label in its place.
        var isWild = text.Contains($"//{Wildcard}", StringComparison.Ordinal);
        return
            TryReadAddress(isWild ? text.Replace($"//{Wildcard}", "//", StringComparison.Ordinal) : text, out var address)
            && !text.Contains('@', StringComparison.Ordinal)
            ? new Pattern(address, isWild)
            : throw new ArgumentException($"\"{text}\" is not the address of a calendar, such as https://*.calendar.example", nameof(text));
    }

    private static bool TryReadAddress(string text, out Uri address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address!)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && address.Query.Length == 0
        && address.Fragment.Length == 0
        && address.UserInfo.Length == 0;

    private sealed record Pattern(Uri Address, bool IsWild)
    {
        public bool Covers(Uri uri) =>
            uri.Scheme == Address.Scheme
            && uri.Port == Address.Port
            && uri.AbsolutePath.TrimEnd('/') == Address.AbsolutePath.TrimEnd('/')
            && (
                IsWild
                    ? uri.Host.EndsWith("." + Address.Host, StringComparison.OrdinalIgnoreCase) && uri.Host.Length > Address.Host.Length + 1
                    : string.Equals(uri.Host, Address.Host, StringComparison.OrdinalIgnoreCase)
            );
    }
}
