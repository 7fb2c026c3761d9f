using System.Globalization;
using Hallmark.Core.Policies;

namespace Hallmark.Core.Tests.Policies;

/// <summary>What is a policy and what is not, and where it stops being one.</summary>
public class PolicyTextTests
{
    [Theory]
    [InlineData("arweave", "require arweave")]
    [InlineData("REQUIRE 2 OF(arweave,ots , tsa)", "require 2 of (arweave, ots, tsa)")]
    [InlineData("any(a, b)", "require a or b")]
    [InlineData("all(a, b)", "require a and b")]
    [InlineData("2 of (a, b)", "require a and b")]
    [InlineData("any(a)", "require a")]
    [InlineData("((a))", "require a")]
    [InlineData("a or b and c", "require a or b and c")]
    [InlineData("(a or b) and c", "require (a or b) and c")]
    [InlineData("2 of (a, b or c, 2 of (d, e, f))", "require 2 of (a, b or c, 2 of (d, e, f))")]
    [InlineData("a within 30d confirmations >= 6 level>=2 state>= FINAL", "require a state>=final level>=2 confirmations>=6 within 30d")]
    [InlineData("\"any\" or \"2\" or \"plain\"", "require \"any\" or \"2\" or plain")]
    [InlineData("a\r\n\tand b", "require a and b")]
    public void A_policy_is_written_in_one_way(string text, string written)
    {
        var policy = WitnessPolicy.Parse(text);

        Assert.Equal(written, policy.ToString());
        Assert.Equal(written, WitnessPolicy.Parse(written).ToString());
    }

    [Theory]
    [InlineData("", 1, "expected a witness such as arweave")]
    [InlineData("require", 8, "expected a witness such as arweave")]
    [InlineData("arweave and", 12, "found the end")]
    [InlineData("arweave ots", 9, "expected \"and\", \"or\" or the end, found \"ots\"")]
    [InlineData("2 of (arweave, )", 16, "found \")\"")]
    [InlineData("2 of arweave", 6, "expected \"(\"")]
    [InlineData("2 (arweave)", 3, "expected \"of\"")]
    [InlineData("3 of (arweave, ots)", 1, "a number from 1 to 2, found \"3\"")]
    [InlineData("0 of (arweave)", 1, "a number from 1 to 1")]
    [InlineData("99999999999 of (arweave)", 1, "a number from 1 to 1")]
    [InlineData("(arweave", 9, "\")\", found the end")]
    [InlineData("arweave)", 8, "found \")\"")]
    [InlineData("any(ots, opentimestamps)", 10, "already in this list")]
    [InlineData("2 of (ots, ots confirmations>=6, tsa)", 12, "already in this list")]
    [InlineData("of", 1, "expected a witness")]
    [InlineData("arweave level>2", 14, "another character")]
    [InlineData("arweave level 2", 15, "expected \">=\"")]
    [InlineData("arweave level>=4", 16, "a number from 1 to 3")]
    [InlineData("arweave level>=0", 16, "a number from 1 to 3")]
    [InlineData("arweave level>=2 level>=3", 18, "was said before")]
    [InlineData("ots confirmations>=1000001", 20, "a number from 1 to 1000000")]
    [InlineData("ots state>=prepared", 12, "submitted, confirmed or final")]
    [InlineData("ots state>=rejected", 12, "submitted, confirmed or final")]
    [InlineData("tsa within 30", 12, "such as 90s")]
    [InlineData("tsa within 0d", 12, "such as 90s")]
    [InlineData("tsa within 30y", 12, "such as 90s")]
    [InlineData("tsa within 36501d", 12, "such as 90s")]
    [InlineData("\"\"", 2, "a closing quote")]
    [InlineData("\"a b\"", 3, "a closing quote")]
    [InlineData("\"open", 6, "a closing quote")]
    [InlineData("arweave & ots", 9, "another character")]
    [InlineData("аrweave", 1, "another character")] // a Cyrillic first letter
    public void What_is_no_policy_is_refused_with_its_place(string text, int column, string expected)
    {
        var refusal = Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse(text));

        Assert.Equal(column, refusal.Column);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, refusal.ExitCode);
    }

    [Fact]
    public void The_place_is_shown_with_a_caret_below_the_text()
    {
        var refusal = Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse("2 of (arweave,\n)"));

        Assert.Equal(["2 of (arweave, )", "               ^"], refusal.Hints);
    }

    [Fact]
    public void Of_a_long_text_the_part_around_the_place_is_shown()
    {
        var text = string.Join(" and ", Enumerable.Range(0, 30).Select(i => $"anchor{i}")) + " and level and other" + new string('x', 100);

        var refusal = Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse(text));

        Assert.All(refusal.Hints, line => Assert.InRange(line.Length, 1, 80));
        Assert.Equal("level", refusal.Hints[0].Substring(refusal.Hints[1].Length - 1, 5));
    }

    [Fact]
    public void Length_depth_and_number_of_clauses_are_bounded()
    {
        Assert.NotNull(WitnessPolicy.Parse(new string('(', 16) + "a" + new string(')', 16)));
        Assert.NotNull(WitnessPolicy.Parse("a".PadRight(WitnessPolicy.MaxLength)));
        Assert.NotNull(WitnessPolicy.Parse(new string('a', 64)));
        Assert.NotNull(WitnessPolicy.Parse(string.Join(" or ", Enumerable.Repeat("a", 64))));

        Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse(new string('(', 17) + "a" + new string(')', 17)));
        Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse("a".PadRight(WitnessPolicy.MaxLength + 1)));
        Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse(new string('a', 65)));
        Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse(string.Join(" or ", Enumerable.Repeat("a", 65))));
    }

    public static TheoryData<string> AtTheBounds() =>
        [
            // 64 clauses, each "and" one side of an "or".
            string.Join(" or ", Enumerable.Range(0, 32).Select(i => $"a{i} and b{i}")),
            // 16 brackets, an "and" inside an "or" in each.
            string.Concat(Enumerable.Range(0, 16).Select(i => $"(a{i} or b{i} and "))
                + "c"
                + new string(')', 16),
            // As long as it can be, and longer with blanks and "or".
            $"any({string.Join(',', Enumerable.Range(0, 63).Select(i => string.Create(CultureInfo.InvariantCulture, $"a{i}").PadRight(63, 'x')))})",
            string.Join(
                " or ",
                Enumerable
                    .Range(10, 64)
                    .Select(i => $"\"{new string('1', 62)}{i}\" state>=submitted level>=3 confirmations>=1000000 within 36500w")
            ),
        ];

    [Theory]
    [MemberData(nameof(AtTheBounds))]
    public void What_is_written_of_a_policy_at_its_bounds_reads_back(string text)
    {
        var written = WitnessPolicy.Parse(text).ToString();
        Assert.Equal(written, WitnessPolicy.Parse(written).ToString());
    }

    [Fact]
    public void Brackets_beside_each_other_are_not_deep()
    {
        var brackets = string.Join(" and ", Enumerable.Range(0, 20).Select(i => $"(a{i} or b{i})"));
        Assert.Equal($"require {brackets}", WitnessPolicy.Parse(brackets).ToString());
    }

    [Theory]
    [InlineData("a level>=1")]
    [InlineData("a level>=3")]
    [InlineData("a confirmations>=1")]
    [InlineData("a confirmations>=1000000")]
    [InlineData("a within 1s")]
    [InlineData("a within 36500w")]
    [InlineData("a state>=submitted")]
    [InlineData("a state>=confirmed")]
    [InlineData("any-thing_1")]
    public void The_first_and_the_last_of_each_bound_are_inside_it(string policy) =>
        Assert.Equal("require " + policy, WitnessPolicy.Parse(policy).ToString());

    [Theory]
    [InlineData("a confirmations>=0", 18, "a number from 1 to 1000000")]
    [InlineData("a level>=-1", 10, "a number from 1 to 3")]
    [InlineData("a level>=\"2\"", 10, "a number from 1 to 3")]
    [InlineData("a within \"1h\"", 10, "a time such as 90s, 45m, 12h, 30d or 2w")]
    [InlineData("a within h", 10, "a time such as")]
    [InlineData("a within 1H", 10, "a time such as")]
    [InlineData("a within 1h within 2h", 13, "\"within\" was said before")]
    [InlineData("a state>=final STATE>=final", 16, "\"STATE\" was said before")]
    [InlineData("a confirmations>=1 confirmations>=1", 20, "\"confirmations\" was said before")]
    [InlineData("a level>", 8, "another character")]
    [InlineData("2 of (a, b) c", 13, "expected \"and\", \"or\" or the end, found \"c\"")]
    [InlineData("(a b", 4, "expected \"and\", \"or\", \",\" or \")\"")]
    [InlineData("any(a, a or b, b or a, a or b)", 24, "a or b is already in this list")]
    public void What_is_just_outside_is_refused_in_words_that_say_what_would_be_inside(string policy, int column, string expected)
    {
        var refusal = Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse(policy));
        Assert.Equal(column, refusal.Column);
        Assert.Contains($"the witness policy cannot be read, column {column}: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_bound_that_is_passed_says_how_far_it_goes()
    {
        Assert.Equal((17, "brackets more than 16 deep"), Refusal(new string('(', 17) + "a"));
        Assert.Equal((16_385, "longer than 16384 characters"), Refusal(new string('a', 16_385)));
        Assert.Equal((1, "a name longer than 64 characters"), Refusal(new string('a', 65)));
        Assert.Equal((321, "more than 64 clauses"), Refusal(string.Join(" or ", Enumerable.Repeat("a", 65))));

        static (int, string) Refusal(string text)
        {
            var refusal = Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse(text));
            return (refusal.Column, refusal.Message[(refusal.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }
    }
}
