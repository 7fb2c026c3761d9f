using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Commands;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.Tests.Output;

/// <summary>Words as people type them.</summary>
public sealed class SpellingTests
{
    private static readonly string[] Commands = ["verify", "promote", "anchor", "anchors", "audit", "ledger", "key", "status"];

    [Fact]
    public void Every_word_with_one_slip_leads_back_to_itself()
    {
        foreach (var word in Commands.Where(word => word.Length >= 5))
        {
            for (var i = 0; i < word.Length; i++)
            {
                AssertNear(word, word.Remove(i, 1));
                AssertNear(word, word.Insert(i, "q"));
                AssertNear(word, word.Remove(i, 1).Insert(i, "q"));
                if (i > 0)
                {
                    AssertNear(word, word.Remove(i - 1, 2).Insert(i - 1, $"{word[i]}{word[i - 1]}"));
                }
            }
        }
    }

    [Fact]
    public void A_known_word_is_its_own_nearest_whatever_stands_beside_it()
    {
        foreach (var word in Commands)
        {
            Assert.Equal(word, Spelling.FindNearest(word, Commands));
            Assert.Equal(word, Spelling.FindNearest(word, Commands.Reverse()));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("xylophone")]
    [InlineData("yfirev")]
    [InlineData("--json")]
    [InlineData("\e[2J")]
    public void What_is_near_nothing_is_answered_with_nothing(string typed) => Assert.Null(Spelling.FindNearest(typed, Commands));

    [Fact]
    public void A_word_of_a_million_letters_costs_nothing_and_is_near_nothing() =>
        Assert.Null(Spelling.FindNearest(new string('v', 1_000_000), Commands));

    [Theory]
    [InlineData("credit-scorer/3", "credit-scorer", "3")]
    [InlineData("a/b/12", "a/b", "12")]
    [InlineData("m/007", "m", "7")]
    [InlineData("m/0", "m", "0")]
    [InlineData("m/000", "m", "0")]
    [InlineData("größe 1/2", "größe 1", "2")]
    [InlineData("m/999999999999999999", "m", "999999999999999999")]
    public void A_model_version_is_what_follows_the_last_slash(string text, string name, string version)
    {
        Assert.Equal((name, version), ModelName.Split(text));
        Assert.Equal((name, version), ModelName.SplitWhole(text));
    }

    [Theory]
    [InlineData("credit-scorer")]
    [InlineData("m/")]
    [InlineData("/3")]
    [InlineData("m/latest")]
    [InlineData("m/-1")]
    [InlineData("m/+1")]
    [InlineData("m/1 ")]
    [InlineData("m/٣")]
    [InlineData("m/1e3")]
    [InlineData("m/1234567890123456789")]
    public void Without_a_number_the_whole_is_the_name_and_a_version_is_asked_for(string text)
    {
        Assert.Equal((text, null), ModelName.Split(text));
        var refused = Assert.Throws<BadInputException>(() => ModelName.SplitWhole(text));
        Assert.Contains("NAME/VERSION", Assert.Single(refused.Hints), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_name_is_refused()
    {
        Assert.Throws<BadInputException>(() => ModelName.Split(""));
        Assert.Throws<BadInputException>(() => ModelName.SplitWhole(""));
    }

    private static void AssertNear(string word, string typed)
    {
        var nearest = Spelling.FindNearest(typed, Commands);
        // "anchor" and "anchors" are one slip apart: either is as near.
        Assert.True(
            nearest == word || (word.StartsWith("anchor", StringComparison.Ordinal) && nearest is "anchor" or "anchors"),
            $"{typed}: {nearest}"
        );
    }
}
