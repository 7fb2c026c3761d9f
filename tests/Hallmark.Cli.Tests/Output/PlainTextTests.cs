using System.Text;
using Hallmark.Cli.Output;

namespace Hallmark.Cli.Tests.Output;

/// <summary>What comes from outside and is printed. Somebody could otherwise paint a verdict of his own on the reader's terminal.</summary>
public sealed class PlainTextTests
{
    public static TheoryData<int> Dangerous() =>
        [
            .. Enumerable.Range(0, 0x20),
            .. Enumerable.Range(0x7f, 0x21),
            0x061c, // arabic letter mark
            0x200e, // left-to-right mark
            0x200f,
            0x2028, // line separator
            0x2029,
            .. Enumerable.Range(0x202a, 5), // embeddings and overrides
            .. Enumerable.Range(0x2066, 4), // isolates
            0xfeff, // byte order mark
            0xd800, // surrogates without their partners
            0xdbff,
            0xdc00,
            0xdfff,
        ];

    [Theory]
    [MemberData(nameof(Dangerous))]
    public void A_character_that_moves_or_turns_text_is_written_as_its_number(int unit)
    {
        var text = "a" + (char)unit + "b";
        Assert.Equal($"a\\u{unit:x4}b", PlainText.Of(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("credit-scorer/3")]
    [InlineData("größe µ 漢字 عربي עברית")]
    [InlineData("😀 U+1F600, \U0010FFFD")]
    [InlineData("a\u00a0b")]
    [InlineData("\\u001b is six characters")]
    public void Harmless_text_stays_as_it_is(string text) => Assert.Equal(text, PlainText.Of(text));

    [Fact]
    public void Whatever_comes_in_goes_out_as_well_formed_text_on_one_line_without_controls_and_a_second_pass_changes_nothing()
    {
        var random = new Random(20261121);
        for (var count = 0; count < 5_000; count++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Unit(random)));
            var plain = PlainText.Of(text);
            Assert.DoesNotContain(plain, char.IsControl);
            Assert.DoesNotContain(plain, unit => unit is '\u2028' or '\u2029' or '\u202e' or '\u061c');
            Assert.Equal(plain, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(plain)));
            Assert.Equal(plain, PlainText.Of(plain));
        }
    }

    [Fact]
    public void Two_texts_that_differ_differ_when_printed_unless_one_spells_the_others_escape()
    {
        var units = new[] { "a", "\e", "\n", "\u202e", "\ud800", "😀" };
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var first in units)
        {
            foreach (var second in units)
            {
                Assert.True(seen.TryAdd(PlainText.Of(first + second), first + second));
            }
        }
    }

    private static char Unit(Random random) =>
        random.Next(4) switch
        {
            0 => (char)random.Next(0x20),
            1 => (char)random.Next(0xd800, 0xe000),
            2 => (char)random.Next(0x2000, 0x2070),
            _ => (char)random.Next(0x10000),
        };
}
