using Hallmark.Mlflow.RestStore;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>What a server said, in our messages: one line of whole characters that do nothing to a terminal.</summary>
public sealed class TextFromServerTests
{
    [Theory]
    [InlineData("", 5, "")]
    [InlineData("  a \t\r\n b\u0085c ", 20, "a b c")]
    [InlineData("abcde", 5, "abcde")]
    [InlineData("abcdef", 5, "abcde…")]
    [InlineData("abcd🌸", 5, "abcd…")]
    [InlineData("abcd🌸", 6, "abcd🌸")]
    [InlineData("abc🌸e", 5, "abc🌸…")]
    [InlineData("a\u202eb", 5, "a\ufffdb")]
    [InlineData("a\U000E0041b", 5, "a\ufffdb")]
    [InlineData("a\u001b[31m", 9, "a [31m")]
    public void A_text_is_cut_between_characters_and_what_steers_a_terminal_is_replaced(string text, int maxLength, string expected) =>
        Assert.Equal(expected, TextFromServer.Clean(text, maxLength));

    // Not among the rows above: an attribute cannot hold half a character.
    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("a\ufffdb", TextFromServer.Clean("a" + '\ud83c' + "b", 5));
}
