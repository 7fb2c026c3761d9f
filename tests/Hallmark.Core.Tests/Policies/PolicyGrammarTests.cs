using Hallmark.Core.Policies;

namespace Hallmark.Core.Tests.Policies;

/// <summary>The words, signs and bounds of the language, and the place that a refusal shows.</summary>
public class PolicyGrammarTests
{
    private static readonly string[] Words = ["require", "of", "any", "all", "and", "or", "state", "level", "confirmations", "within"];

    [Fact]
    public void Each_word_of_the_language_is_a_name_in_quotes_only_and_in_any_case()
    {
        foreach (var word in Words.SelectMany(word => new[] { word, word.ToUpperInvariant(), char.ToUpperInvariant(word[0]) + word[1..] }))
        {
            Assert.Equal($"require \"{word}\"", WitnessPolicy.Parse($"\"{word}\"").ToString());
            Assert.Equal($"require \"{word}\" and x", WitnessPolicy.Parse($"\"{word}\" and x").ToString());
            Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse("x and " + word));
            Assert.Equal($"require {word}s", WitnessPolicy.Parse(word + "s").ToString());
            Assert.Equal($"require -{word}", WitnessPolicy.Parse("-" + word).ToString());
        }

        foreach (var state in new[] { "submitted", "confirmed", "final", "rejected" })
        {
            Assert.Equal("require " + state, WitnessPolicy.Parse(state).ToString());
        }
    }

    [Theory]
    [InlineData("12", "require \"12\"")]
    [InlineData("0", "require \"0\"")]
    [InlineData("1a", "require 1a")]
    [InlineData("a1", "require a1")]
    [InlineData("12-", "require 12-")]
    [InlineData("-", "require -")]
    [InlineData("_", "require _")]
    public void A_name_of_digits_alone_is_written_in_quotes(string name, string written) =>
        Assert.Equal(written, WitnessPolicy.Parse($"\"{name}\"").ToString());

    [Theory]
    [InlineData(
        "REQUIRE Ots STATE>=Final LEVEL>=2 CONFIRMATIONS>=3 WITHIN 4h",
        "require Ots state>=final level>=2 confirmations>=3 within 4h"
    )]
    [InlineData("ANY(a,b)AND ALL(c,d)OR 2 OF(e,f,g)", "require (a or b) and (c and d) or 2 of (e, f, g)")]
    [InlineData("a\tor\rb\nand c", "require a or b and c")]
    [InlineData("  a  ", "require a")]
    [InlineData("a state >= final", "require a state>=final")]
    [InlineData("1 of (a, b)", "require a or b")]
    [InlineData("3 of (a, b, c)", "require a and b and c")]
    [InlineData("(a and b) and c", "require (a and b) and c")]
    [InlineData("any(any(a, b), c)", "require (a or b) or c")]
    [InlineData("2 of (a and b, (c or d), e)", "require 2 of (a and b, c or d, e)")]
    [InlineData("2 of (2 of (a, b, c), d, e) or f", "require 2 of (2 of (a, b, c), d, e) or f")]
    public void White_space_case_and_brackets_say_the_same_in_one_writing(string text, string written)
    {
        var policy = WitnessPolicy.Parse(text).ToString();
        Assert.Equal(written, policy);
        Assert.Equal(policy, WitnessPolicy.Parse(policy).ToString());
    }

    [Theory]
    [InlineData("any(a, a state>=final)", 8, "a state>=final is already in this list")]
    [InlineData("any(a, \"a\")", 8, "a is already in this list")]
    [InlineData("any(TSA, rfc3161 within 1h)", 10, "rfc3161 within 1h is already in this list")]
    [InlineData("all(a and b, (a and b))", 14, "a and b is already in this list")]
    [InlineData("all(any(a, b), a or b)", 16, "a or b is already in this list")]
    [InlineData("2 of (2 of (a, b, c), 2 of(a,b,c))", 23, "2 of (a, b, c) is already in this list")]
    public void What_is_named_twice_in_a_list_is_refused_however_it_is_written(string text, int column, string why) =>
        Refuse(text, column, why);

    [Theory]
    [InlineData("any(a, A)")] // anchors are compared exactly
    [InlineData("any(a, a and b)")]
    [InlineData("any(a, b) and any(a, b)")]
    [InlineData("a or a")]
    public void What_only_resembles_or_stands_in_another_list_is_not(string text) => Assert.NotNull(WitnessPolicy.Parse(text));

    [Theory]
    [InlineData("require require a", 9, "expected a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\", found \"require\"")]
    [InlineData("a,b", 2, "expected \"and\", \"or\" or the end, found \",\"")]
    [InlineData("any(a b)", 7, "expected \"and\", \"or\", \",\" or \")\", found \"b\"")]
    [InlineData("any(a,", 7, "expected a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\", found the end")]
    [InlineData("any()", 5, "expected a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\", found \")\"")]
    [InlineData("()", 2, "expected a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\", found \")\"")]
    [InlineData("any a", 5, "expected \"(\", found \"a\"")]
    [InlineData("all", 4, "expected \"(\", found the end")]
    [InlineData("2", 2, "expected \"of\", found the end")]
    [InlineData("2 of", 5, "expected \"(\", found the end")]
    [InlineData("2 of ()", 7, "expected a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\", found \")\"")]
    [InlineData("2 of (a)", 1, "expected a number from 1 to 1, found \"2\"")]
    [InlineData("00 of (a, b)", 1, "expected a number from 1 to 2, found \"00\"")]
    [InlineData("a and 3 of (b, c)", 7, "expected a number from 1 to 2, found \"3\"")]
    [InlineData("a state final", 9, "expected \">=\", found \"final\"")]
    [InlineData("a state>=2", 10, "expected submitted, confirmed or final, found \"2\"")]
    [InlineData("a state>=\"final\"", 10, "expected submitted, confirmed or final, found \"final\"")]
    [InlineData("a level>=", 10, "expected a number from 1 to 3, found the end")]
    [InlineData("a level>=99999999999", 10, "expected a number from 1 to 3, found \"99999999999\"")]
    [InlineData("a confirmations>=six", 18, "expected a number from 1 to 1000000, found \"six\"")]
    [InlineData("a within", 9, "expected a time such as 90s, 45m, 12h, 30d or 2w, found the end")]
    [InlineData("a within (", 10, "expected a time such as 90s, 45m, 12h, 30d or 2w, found \"(\"")]
    [InlineData("a within -1h", 10, "expected a time such as 90s, 45m, 12h, 30d or 2w, found \"-1h\"")]
    [InlineData("a >= b", 3, "expected \"and\", \"or\" or the end, found \">=\"")]
    [InlineData("a > b", 3, "expected a name, a number, \"(\", \")\", \",\" or \">=\", found another character")]
    [InlineData("a and", 6, "expected a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\", found the end")]
    [InlineData("or a", 1, "expected a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\", found \"or\"")]
    [InlineData(">= a", 1, "expected a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\", found \">=\"")]
    [InlineData("a.b", 2, "expected a name, a number, \"(\", \")\", \",\" or \">=\", found another character")]
    [InlineData("a\0", 2, "expected a name, a number, \"(\", \")\", \",\" or \">=\", found another character")]
    [InlineData("a\u00a0or b", 2, "expected a name, a number, \"(\", \")\", \",\" or \">=\", found another character")]
    [InlineData("\u0662 of (a, b)", 1, "expected a name, a number, \"(\", \")\", \",\" or \">=\", found another character")]
    [InlineData("\"a", 3, "expected a name of letters, digits, '-' and '_', and a closing quote")]
    [InlineData("\"é\"", 2, "expected a name of letters, digits, '-' and '_', and a closing quote")]
    public void Every_refusal_says_what_was_expected_and_what_was_found(string text, int column, string why) => Refuse(text, column, why);

    [Theory]
    [InlineData(16, "(", ")")]
    [InlineData(16, "any(", ")")]
    [InlineData(16, "1 of (", ")")]
    public void Brackets_of_any_kind_nest_to_the_sixteenth_and_no_further(int most, string open, string close)
    {
        var nested = string.Concat(Enumerable.Repeat(open, most)) + "a" + string.Concat(Enumerable.Repeat(close, most));
        Assert.Equal("require a", WitnessPolicy.Parse(nested).ToString());
        Assert.Equal("require a and a", WitnessPolicy.Parse($"{nested} and {nested}").ToString());
        Refuse($"{open}{nested}{close}", (open.Length * most) + open.Length, "brackets more than 16 deep");
    }

    [Fact]
    public void Brackets_and_lists_are_clauses_too()
    {
        var names = string.Join(", ", Enumerable.Range(0, 63).Select(i => $"a{i}"));
        foreach (
            var list in new[]
            {
                $"any({names})",
                $"all({names})",
                $"5 of ({names})",
                $"({names.Replace(", ", " or ", StringComparison.Ordinal)})",
            }
        )
        {
            Assert.NotNull(WitnessPolicy.Parse(list));
            var more = list[..^1] + (list[0] == '(' ? " or b)" : ", b)");
            Refuse(more, more.Length - 1, "more than 64 clauses");
        }
    }

    [Fact]
    public void A_name_has_up_to_64_characters_in_quotes_too()
    {
        Assert.NotNull(WitnessPolicy.Parse($"\"{new string('a', 64)}\""));
        Refuse($"x and \"{new string('a', 65)}\"", 7, "a name longer than 64 characters");
    }

    [Fact]
    public void The_place_is_shown_with_forty_characters_on_each_side()
    {
        var text = new string('a', 60) + " & " + new string('b', 60);
        var refusal = Refuse(text, 62, "expected a name, a number, \"(\", \")\", \",\" or \">=\", found another character");
        Assert.Equal([text.Substring(21, 80), new string(' ', 40) + "^"], refusal.Hints);

        // Where there is less on a side, there is less to show.
        Assert.Equal(["& a", "^"], Refuse("& a", 1, null).Hints);
        Assert.Equal(["a and", "     ^"], Refuse("a and", 6, null).Hints);
        Assert.Equal([text[..40] + "&" + text[..39], new string(' ', 40) + "^"], Refuse(text[..40] + "&" + text[..60], 41, null).Hints);
        Assert.Equal(
            [text[..40] + "&" + text[..39], new string(' ', 40) + "^"],
            Refuse("a" + text[..40] + "&" + text[..60], 42, null).Hints
        );
    }

    [Theory]
    [InlineData("a \u001b[31m", "a  [31m", 3)]
    [InlineData("a\n\r\t&", "a   &", 5)]
    [InlineData("😀 a", "   a", 1)]
    [InlineData("a \u0085 b", "a   b", 3)]
    public void What_would_move_the_caret_or_the_terminal_is_shown_as_a_blank(string text, string shown, int column) =>
        Assert.Equal([shown, new string(' ', column - 1) + "^"], Refuse(text, column, null).Hints);

    private static PolicyFormatException Refuse(string text, int column, string? why)
    {
        var refusal = Assert.Throws<PolicyFormatException>(() => WitnessPolicy.Parse(text));
        Assert.Equal(column, refusal.Column);
        if (why is not null)
        {
            Assert.Equal($"the witness policy cannot be read, column {column}: {why}", refusal.Message);
        }

        return refusal;
    }
}
