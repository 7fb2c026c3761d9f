using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Failures;

namespace Hallmark.Core.Tests.Failures;

/// <summary>The beginnings of texts that stand in messages.</summary>
public sealed class ShortTextTests
{
    [Theory]
    [InlineData("", 3, "")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc")]
    [InlineData("ab😀", 4, "ab😀")]
    [InlineData("ab😀", 3, "ab")]
    [InlineData("ab😀c", 4, "ab😀")]
    [InlineData("😀", 1, "")]
    public void A_text_is_cut_where_a_character_ends(string text, int most, string expected)
    {
        Assert.Equal(expected, ShortText.Cut(text, most));
        Assert.Equal(expected.Length, ShortText.LengthOf(text, most));
    }

    [Fact]
    public void A_half_that_stands_alone_counts_as_a_character_of_its_own()
    {
        Assert.Equal("a\ud83d", ShortText.Cut("a\ud83db", 2));
        Assert.Equal("a\ude00", ShortText.Cut("a\ude00\ud83d", 2));
    }

    [Fact]
    public void What_is_cut_is_a_beginning_within_the_bound_and_at_most_one_unit_short_of_it() =>
        Prop.ForAll<string?, byte>(
                (any, bound) =>
                {
                    var (text, most) = (any ?? "", bound + 1);
                    var cut = ShortText.Cut(text, most);
                    return text.StartsWith(cut, StringComparison.Ordinal)
                        && cut.Length <= Math.Min(text.Length, most)
                        && cut.Length >= Math.Min(text.Length, most - 1);
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bound_that_leaves_nothing_is_a_mistake_of_the_caller(int most) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ShortText.Cut("abc", most));
}
