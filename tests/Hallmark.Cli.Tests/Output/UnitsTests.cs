using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;

namespace Hallmark.Cli.Tests.Output;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(14_200_000, "14.2 MB")]
    [InlineData(3_140_000_000, "3.1 GB")]
    public void Sizes_have_units(long bytes, string text) => Assert.Equal(text, Units.Size(bytes));

    [Fact]
    public void Times_are_utc_and_say_so() =>
        Assert.Equal("2026-11-21 07:14:00 UTC", Units.Time(new DateTimeOffset(2026, 11, 21, 8, 14, 0, TimeSpan.FromHours(1))));

    [Fact]
    public void Hashes_are_shortened_in_the_middle() =>
        Assert.Equal("7c1e0000…ab09", Units.Short("7c1e000000000000000000000000000000000000000000000000000000000ab09"[..60] + "ab09"));

    [Theory]
    [InlineData("verfy", "verify")]
    [InlineData("promot", "promote")]
    [InlineData("adn", null)]
    [InlineData("xyzzy", null)]
    public void A_mistyped_command_is_guessed_only_where_it_is_near(string typed, string? guess) =>
        Assert.Equal(guess, Spelling.FindNearest(typed, ["verify", "promote", "anchor", "audit"]));
}
