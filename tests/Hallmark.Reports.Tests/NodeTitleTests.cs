using System.Globalization;
using Hallmark.Reports.Pages;

namespace Hallmark.Reports.Tests;

/// <summary>Names in the chain's picture, where a text cannot break: shortened in the middle, never within a character.</summary>
public sealed class NodeTitleTests
{
    private const double Width = 148;

    [Theory]
    [InlineData("")]
    [InlineData("iris")]
    [InlineData("credit-scorer")]
    [InlineData("漢字漢字漢字漢")]
    [InlineData("größe 🌸")]
    public void A_name_that_fits_is_left_alone(string name) => Assert.Equal(name, NodeTitle.Fit(name, Width));

    [Theory]
    [InlineData("a\nb\tc\rd", "a b c d")]
    public void Line_ends_and_tabs_are_blanks(string name, string shown) => Assert.Equal(shown, NodeTitle.Fit(name, Width));

    [Theory]
    [InlineData("production-credit-scorer/2027", "product", "027")]
    [InlineData("0123456789abcdef0123456789abcdef", "0123456", "def")]
    public void A_longer_one_keeps_its_beginning_and_its_end(string name, string beginning, string end)
    {
        var shown = NodeTitle.Fit(name, Width);
        Assert.StartsWith(beginning, shown, StringComparison.Ordinal);
        Assert.EndsWith(end, shown, StringComparison.Ordinal);
        Assert.Single(shown, c => c == '…');
        var cut = shown.Split('…');
        Assert.StartsWith(cut[0], name, StringComparison.Ordinal);
        Assert.EndsWith(cut[1], name, StringComparison.Ordinal);
        Assert.True(cut[0].Length > cut[1].Length);
    }

    [Fact]
    public void Two_long_names_that_differ_at_their_ends_are_shown_differently()
    {
        var common = new string('x', 1000);
        Assert.NotEqual(NodeTitle.Fit(common + "/1", Width), NodeTitle.Fit(common + "/2", Width));
        Assert.NotEqual(NodeTitle.Fit("1/" + common, Width), NodeTitle.Fit("2/" + common, Width));
    }

    public static TheoryData<string, int> Wide
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (
                var element in new[]
                {
                    "😀",
                    "👩\u200d", // each joins the next: one picture, however long
                    "e\u0301",
                    "🇩🇪",
                    "👍🏽",
                    "漢",
                    "W",
                    "i",
                }
            )
            {
                foreach (var count in new[] { 20, 43, 64, 127, 128, 129, 200, 400 })
                {
                    cases.Add(element, count);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Wide))]
    public void No_character_of_several_units_is_cut_in_the_middle_at_whatever_place(string element, int count)
    {
        ArgumentNullException.ThrowIfNull(element);
        foreach (var before in new[] { "", "a", "ab" })
        {
            foreach (var after in new[] { "", "z", "yz" })
            {
                var shown = NodeTitle.Fit(before + string.Concat(Enumerable.Repeat(element, count)) + after, Width);
                Assert.True(
                    IsWhole(shown),
                    $"half a character: {string.Join(' ', shown.Select(unit => ((int)unit).ToString("x4", CultureInfo.InvariantCulture)))}"
                );
            }
        }
    }

    [Fact]
    public void A_name_of_a_million_characters_is_shortened_like_any_other() =>
        Assert.InRange(NodeTitle.Fit(new string('m', 1_000_000), Width).Length, 3, 30);

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
