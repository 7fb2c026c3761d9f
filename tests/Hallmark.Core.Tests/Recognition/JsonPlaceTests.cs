using System.Text;
using Hallmark.Core.Recognition;

namespace Hallmark.Core.Tests.Recognition;

/// <summary>The part of a text in which a byte stands, of texts sound and broken.</summary>
public sealed class JsonPlaceTests
{
    private const string Text = """{"a":[{"b":1},{"b":"two"}],"c":{"d":[[],[7]]},"e":null}""";

    [Theory]
    [InlineData("{", "")]
    [InlineData("1}", "a[0].b")]
    [InlineData("\"two\"", "a[1].b")]
    [InlineData("[[],", "c.d")]
    [InlineData("[7]", "c.d[1]")]
    [InlineData("7]", "c.d[1][0]")]
    [InlineData("null", "e")]
    public void A_byte_is_named_by_the_innermost_value_that_begins_there(string at, string place) =>
        Assert.Equal(place, JsonPlace.Find(Encoding.UTF8.GetBytes(Text), Text.IndexOf(at, StringComparison.Ordinal)));

    [Theory]
    [InlineData("{\"a\":[{\"b\":1},{\"b\":tru", "a[1].b")]
    [InlineData("{\"a\":{\"b\":1},\"c\";2}", "a")]
    [InlineData("{\"a\":\"x\u0001\"}", "a")]
    [InlineData("not json", "")]
    [InlineData("", "")]
    [InlineData("[1,2,", "[1]")]
    public void In_a_broken_text_the_last_place_that_could_be_read_is_named(string text, string place) =>
        Assert.Equal(place, JsonPlace.Find(Encoding.UTF8.GetBytes(text), text.Length));

    [Fact]
    public void A_name_that_is_no_text_and_nesting_without_end_throw_nothing()
    {
        Assert.Equal("a", JsonPlace.Find("{\"a\":1,\"\\ud800\":2}"u8, 12));
        Assert.NotEmpty(JsonPlace.Find(Encoding.UTF8.GetBytes(new string('[', 100_000)), 100_000));
    }

    [Fact]
    public void A_path_is_cut_to_200_characters()
    {
        var name = new string('n', 5_000);
        var place = JsonPlace.Find(Encoding.UTF8.GetBytes($"{{\"{name}\":1}}"), 5_004);
        Assert.Equal((200, '…'), (place.Length, place[^1]));
    }
}
