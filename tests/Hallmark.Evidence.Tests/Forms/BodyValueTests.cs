using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;
using Hallmark.Evidence.Bodies;

namespace Hallmark.Evidence.Tests.Forms;

/// <summary>One value of a body: what is inside its bounds, what is just outside, and that a refusal names the place.</summary>
public sealed class BodyValueTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("1099511627775", 1_099_511_627_775UL)]
    public void A_number_goes_from_0_to_the_last_below_2_to_the_40th(string json, ulong number) =>
        Assert.Equal(number, Read(json).Number());

    [Theory]
    [InlineData("1099511627776")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e+21")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("null")]
    public void What_is_no_such_number_is_refused_by_its_place(string json) =>
        Refuse("is not a whole number from 0 to 2^40", () => Read(json).Number());

    [Theory]
    [InlineData(1)]
    [InlineData(2_048)]
    public void A_text_has_1_to_2048_characters(int length) =>
        Assert.Equal(length, Read(JsonSerializer.Serialize(new string('x', length))).Text().Length);

    [Theory]
    [InlineData(0)]
    [InlineData(2_049)]
    public void A_text_of_another_length_is_refused(int length) =>
        Refuse("is not a text of 1 to 2048 characters", () => Read(JsonSerializer.Serialize(new string('x', length))).Text());

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void What_is_no_text_is_none(string json) => Refuse("is not a text of 1 to 2048 characters", () => Read(json).Text());

    [Fact]
    public void A_flag_is_true_or_false_and_nothing_that_resembles_them()
    {
        Assert.True(Read("true").Flag());
        Assert.False(Read("false").Flag());
        foreach (var json in new[] { "0", "1", "null", "\"true\"", "{}" })
        {
            Refuse("is neither true nor false", () => Read(json).Flag());
        }
    }

    /// <summary>RFC 4648 §4: three bytes in four characters, so that a bound which is no multiple of three falls inside a group.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(64)]
    public void Bytes_are_read_to_their_bound_and_not_one_further(int most)
    {
        for (var size = 0; size <= most; size++)
        {
            var bytes = new byte[size];
            Array.Fill(bytes, (byte)0xfb);
            Assert.Equal(bytes, Read($"\"{Convert.ToBase64String(bytes)}\"").Bytes(most));
        }

        for (var size = most + 1; size <= most + 4; size++)
        {
            var tooLong = Convert.ToBase64String(new byte[size]);
            Refuse($"is not base64 of at most {most} bytes", () => Read($"\"{tooLong}\"").Bytes(most));
        }
    }

    [Theory]
    [InlineData("\"AB==\"")] // unused bits set
    [InlineData("\"AAB=\"")] // likewise
    [InlineData("\"AA\"")] // no padding
    [InlineData("\"AA= =\"")]
    [InlineData("\" AAAA\"")]
    [InlineData("\"AAAA\\n\"")]
    [InlineData("\"_-__\"")] // the alphabet of base64url
    [InlineData("\"A\"")]
    [InlineData("\"====\"")]
    [InlineData("7")]
    [InlineData("null")]
    public void Bytes_in_another_writing_are_none(string json) => Refuse("is not base64 of at most 64 bytes", () => Read(json).Bytes(64));

    [Fact]
    public void A_time_is_read_to_the_millisecond()
    {
        Assert.Equal(
            new DateTimeOffset(2026, 11, 21, 8, 14, 0, 7, TimeSpan.Zero),
            Read("\"2026-11-21T08:14:00.007Z\"").Time().ToUniversalTime()
        );
        Assert.Equal(TimeSpan.Zero, Read("\"2026-11-21T08:14:00.007Z\"").Time().Offset);
    }

    [Theory]
    [InlineData("2026-11-21T08:14:00Z")]
    [InlineData("2026-11-21T08:14:00.00Z")]
    [InlineData("2026-11-21T08:14:00.0000Z")]
    [InlineData("2026-11-21T08:14:00.000")]
    [InlineData("2026-11-21T08:14:00.000z")]
    [InlineData("2026-11-21t08:14:00.000Z")]
    [InlineData("2026-11-21 08:14:00.000Z")]
    [InlineData("2026-11-21T08:14:00.000+00:00")]
    [InlineData(" 2026-11-21T08:14:00.000Z")]
    [InlineData("2026-02-29T08:14:00.000Z")]
    [InlineData("2026-11-21T24:00:00.000Z")]
    [InlineData("2026-11-21T08:14:60.000Z")]
    [InlineData("٢٠٢٦-11-21T08:14:00.000Z")]
    public void A_time_in_another_writing_is_none(string text) =>
        Refuse("is not a UTC time with milliseconds", () => Read(JsonSerializer.Serialize(text)).Time());

    [Fact]
    public void A_path_has_up_to_64_hashes()
    {
        var hash = TreeHash.OfEmptyTree;
        var sixtyFour = string.Join(',', Enumerable.Repeat($"\"{hash.Base64}\"", 64));
        Assert.Equal(Enumerable.Repeat(hash, 64), Read($"[{sixtyFour}]").Path());
        Assert.Empty(Read("[]").Path());
        Refuse("is not a list of at most 64", () => Read($"[{sixtyFour},\"{hash.Base64}\"]").Path());
        Refuse("is not a list of at most 64", () => Read("{}").Path());
    }

    [Theory]
    [InlineData("\"\"", "is not a text of 1 to 2048 characters")]
    [InlineData("1", "is not a text of 1 to 2048 characters")]
    [InlineData("\"AAAA\"", "is not base64 of 32 bytes")]
    [InlineData("\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"", "is not base64 of 32 bytes")]
    public void A_hash_of_a_path_that_is_none_is_named_by_its_number(string json, string why)
    {
        var good = $"\"{TreeHash.OfEmptyTree.Base64}\"";
        var refusal = Assert.Throws<BadInputException>(() => Read($"[{good},{good},{json}]").Path());
        Assert.Equal($"the place[2] {why}", refusal.Message);
    }

    [Fact]
    public void Members_are_those_that_are_named_those_that_may_be_absent_and_no_others()
    {
        Assert.Equal("1", Read("{\"a\":1}").WithMembers("a", "b?").Get("a").Element.GetRawText());
        Assert.Equal("2", Read("{\"a\":1,\"b\":2}").WithMembers("a", "b?").Find("b")!.Value.Element.GetRawText());
        Assert.Null(Read("{\"a\":1}").WithMembers("a", "b?").Find("b"));
        Refuse("has no a", () => Read("{\"b\":2}").WithMembers("a", "b?"));
        Refuse("has an unknown member \"c\"", () => Read("{\"a\":1,\"c\":3}").WithMembers("a", "b?"));
        Refuse("has an unknown member \"b?\"", () => Read("{\"a\":1,\"b?\":3}").WithMembers("a", "b?"));
        Refuse("has an unknown member \"A\"", () => Read("{\"A\":1}").WithMembers("a"));
        Refuse("has an unknown member \"\"", () => Read("{\"a\":1,\"\":0}").WithMembers("a"));
        Refuse("has no x", () => Read("{\"a\":1}").Get("x"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"{}\"")]
    public void What_is_no_object_has_no_members(string json) => Refuse("is not an object", () => Read(json).WithMembers("a?"));

    [Fact]
    public void A_list_may_have_as_many_items_as_are_allowed_and_each_knows_its_place()
    {
        var items = Read("[10,11,12]").Items(3).ToList();
        Assert.Equal([10UL, 11UL, 12UL], items.Select(item => item.Number()));
        Assert.Equal("the place[2] is odd", items[2].Refuse("is odd").Message);
        Refuse("is not a list of at most 2", () => Read("[10,11,12]").Items(2));
    }

    private static BodyValue Read(string json) => new(JsonDocument.Parse(json).RootElement, "the place");

    private static void Refuse(string why, Func<object?> read)
    {
        var refusal = Assert.Throws<BadInputException>(read);
        Assert.Equal("the place " + why, refusal.Message);
        Assert.Equal(2, refusal.ExitCode);
    }
}
