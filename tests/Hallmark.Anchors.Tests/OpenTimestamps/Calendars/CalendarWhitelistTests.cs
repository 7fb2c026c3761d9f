using Hallmark.Anchors.OpenTimestamps.Calendars;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Calendars;

public sealed class CalendarWhitelistTests
{
    private static readonly CalendarWhitelist Public = new([.. CalendarWhitelist.PublicCalendars, "http://127.0.0.1:14788"]);

    [Theory]
    [InlineData("https://alice.btc.calendar.opentimestamps.org")]
    [InlineData("https://ALICE.btc.calendar.opentimestamps.org/")]
    [InlineData("https://finney.calendar.eternitywall.com")]
    [InlineData("https://btc.calendar.catallaxy.com")]
    [InlineData("http://127.0.0.1:14788")]
    public void A_calendar_of_the_list_may_be_asked(string uri) => Assert.NotNull(Public.Find(uri));

    [Theory]
    [InlineData("http://alice.btc.calendar.opentimestamps.org")]
    [InlineData("https://alice.btc.calendar.opentimestamps.org:8443")]
    [InlineData("https://calendar.opentimestamps.org")]
    [InlineData("https://evilcalendar.opentimestamps.org")]
    [InlineData("https://alice.calendar.opentimestamps.org.evil.example")]
    [InlineData("https://evil.example/alice.calendar.opentimestamps.org")]
    [InlineData("https://evil.example:443/https://alice.calendar.opentimestamps.org")]
    [InlineData("https://alice.btc.calendar.opentimestamps.org/admin")]
    [InlineData("https://alice.btc.calendar.opentimestamps.org/?x")]
    [InlineData("https://alice.btc.calendar.opentimestamps.org/#x")]
    [InlineData("https://u@alice.btc.calendar.opentimestamps.org")]
    [InlineData("http://127.0.0.1:14789")]
    [InlineData("http://127.0.0.1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("169.254.169.254")]
    [InlineData("")]
    public void Any_other_address_is_not(string uri) => Assert.Null(Public.Find(uri));

    [Theory]
    [InlineData("calendar.example")]
    [InlineData("https://u@calendar.example")]
    [InlineData("ftp://calendar.example")]
    [InlineData("https://calendar.example/?a")]
    public void A_pattern_that_is_no_address_is_refused(string pattern) =>
        Assert.Throws<ArgumentException>(() => new CalendarWhitelist([pattern]));
}
