using Hallmark.Core.Envelopes;

namespace Hallmark.Core.Tests.Envelopes;

/// <summary>Times that others wrote: RFC 3339 as the family asks for it (envelope family §4.1), and nothing that a clock, a calendar or a country's habit would have to fill in.</summary>
public sealed class SignedTimeTests
{
    [Theory]
    [InlineData("2026-03-01T12:00:00Z", 0)]
    [InlineData("2026-03-01T12:00:00+00:00", 0)]
    [InlineData("2026-03-01T12:00:00-00:00", 0)]
    [InlineData("2026-03-01T12:00:00.5Z", 5_000_000)]
    [InlineData("2026-03-01T12:00:00.000001+00:00", 10)]
    [InlineData("2026-03-01T12:00:00.1234567Z", 1_234_567)]
    [InlineData("2026-03-01T14:00:00+02:00", 0)]
    [InlineData("2026-03-01T00:30:00.250-11:30", 2_500_000)]
    [InlineData("2026-03-01T12:00:00", 0)] // without a zone it is UTC, as Python's isoformat of a naive time is meant here
    public void A_time_is_read_as_the_moment_that_it_says(string text, long ticks)
    {
        Assert.True(EnvelopeTime.TryParse(text, out var time));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(ticks), time);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("12:00")] // would be a time of today
    [InlineData("12:00:00Z")]
    [InlineData("5 March")]
    [InlineData("March 2026")]
    [InlineData("2026")]
    [InlineData("2026-03-01")]
    [InlineData("2026-03")]
    [InlineData("2026-03-01 12:00:00Z")]
    [InlineData("2026-03-01T12:00Z")]
    [InlineData("2026-3-1T12:00:00Z")]
    [InlineData("20260301T120000Z")]
    [InlineData("03/01/2026 12:00:00")]
    [InlineData("2026-03-01T12:00:00,5Z")]
    [InlineData("2026-03-01T12:00:00.12345678Z")]
    [InlineData(" 2026-03-01T12:00:00Z")]
    [InlineData("2026-03-01T12:00:00Z ")]
    [InlineData("2026-03-01T12:00:00 Z")]
    [InlineData("2026-02-29T12:00:00Z")]
    [InlineData("2026-13-01T12:00:00Z")]
    [InlineData("2026-03-01T24:00:00Z")]
    [InlineData("2026-03-01T12:60:00Z")]
    [InlineData("2026-03-01T12:00:60Z")]
    [InlineData("2026-03-01T12:00:00+15:00")]
    [InlineData("2026-03-01T12:00:00+0x:00")]
    [InlineData("٢٠٢٦-03-01T12:00:00Z")]
    [InlineData("Sun, 01 Mar 2026 12:00:00 GMT")]
    [InlineData("1772366400")]
    public void What_is_no_whole_time_is_none(string? text)
    {
        Assert.False(EnvelopeTime.TryParse(text, out var time));
        Assert.Equal(default, time);
    }

    [Fact]
    public void What_is_written_in_either_spelling_is_read_back_to_its_last_part()
    {
        var random = new Random(20261126);
        for (var i = 0; i < 500; i++)
        {
            var time = new DateTimeOffset(random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks), TimeSpan.Zero);
            Assert.True(EnvelopeTime.TryParse(EnvelopeTime.Microseconds(time), out var micro));
            Assert.True(EnvelopeTime.TryParse(EnvelopeTime.Milliseconds(time), out var milli));
            Assert.Equal(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), micro.UtcTicks);
            Assert.Equal(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), milli.UtcTicks);
        }
    }
}
