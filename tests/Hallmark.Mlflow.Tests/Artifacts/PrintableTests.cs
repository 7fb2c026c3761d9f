using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Artifacts;

/// <summary>Texts from a store in messages: one line, bounded, whole characters.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("")]
    [InlineData("model")]
    [InlineData("modèle – 模型 🦆")]
    [InlineData("e\u0301")]
    public void A_harmless_text_is_shown_as_it_is(string text) => Assert.Equal(text, Printable.Text(text));

    [Theory]
    [InlineData("a\nb", "a\\u000ab")]
    [InlineData("\u001b[2J", "\\u001b[2J")]
    [InlineData("a\0b", "a\\u0000b")]
    [InlineData("\u0085", "\\u0085")]
    [InlineData("a\u2028b\u2029", "a\\u2028b\\u2029")]
    [InlineData("safe\u202egpj.exe", "safe\\u202egpj.exe")]
    [InlineData("\u2066x\u2069", "\\u2066x\\u2069")]
    [InlineData("\u200fx\u061c", "\\u200fx\\u061c")]
    public void What_ends_a_line_moves_the_cursor_or_turns_the_writing_round_is_spelled_out(string text, string shown) =>
        Assert.Equal(shown, Printable.Text(text));

    [Fact]
    public void A_long_text_is_cut_at_200_characters_and_never_within_one()
    {
        Assert.Equal(new string('x', 200), Printable.Text(new string('x', 200)));
        Assert.Equal(new string('x', 200) + "…", Printable.Text(new string('x', 201)));
        for (var before = 195; before < 203; before++)
        {
            var shown = Printable.Text(new string('x', before) + "🦆🦆🦆🦆");
            Assert.True(MlflowNames.IsUnicode(shown), $"half a character after {before}");
            Assert.True(shown.Length <= 201 + 1);
        }
    }

    [Fact]
    public void Every_character_there_is_gives_one_line_of_valid_text()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var shown = Printable.Text($"a{(char)c}b");
            Assert.DoesNotContain(shown, char.IsControl);
            Assert.True(MlflowNames.IsUnicode(shown), $"U+{c:X4}");
        }
    }
}
