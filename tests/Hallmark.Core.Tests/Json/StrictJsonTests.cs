using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

public class StrictJsonTests
{
    public static TheoryData<string, JsonFault, long> Refused { get; } =
        new()
        {
            { "", JsonFault.UnexpectedEnd, 0 },
            { "   ", JsonFault.UnexpectedEnd, 3 },
            { "\uFEFF{}", JsonFault.ByteOrderMark, 0 },
            { "{} x", JsonFault.TrailingBytes, 3 },
            { "{}{}", JsonFault.TrailingBytes, 2 },
            { "1\0", JsonFault.TrailingBytes, 1 },
            { "{\"a\":1,}", JsonFault.Syntax, 7 },
            { "[1,]", JsonFault.Syntax, 3 },
            { "[,1]", JsonFault.Syntax, 1 },
            { "{\"a\" 1}", JsonFault.Syntax, 5 },
            { "{\"a\":1 \"b\":2}", JsonFault.Syntax, 7 },
            { "{1:2}", JsonFault.Syntax, 1 },
            { "[1}", JsonFault.Syntax, 2 },
            { "{\"a\":1]", JsonFault.Syntax, 6 },
            { "{\"a\":}", JsonFault.Syntax, 5 },
            { "// c\n1", JsonFault.Syntax, 0 },
            { "[NaN]", JsonFault.Syntax, 1 },
            { "[Infinity]", JsonFault.Syntax, 1 },
            { "[-Infinity]", JsonFault.BadNumber, 1 },
            { "[trUe]", JsonFault.Syntax, 3 },
            { "tru", JsonFault.UnexpectedEnd, 3 },
            { "\v1", JsonFault.Syntax, 0 },
            { "\u00A01", JsonFault.Syntax, 0 },
            { "[1", JsonFault.UnexpectedEnd, 2 },
            { "{\"a", JsonFault.UnexpectedEnd, 3 },
            { "{\"a\"", JsonFault.UnexpectedEnd, 4 },
            { "\"0123456789012345678901234567", JsonFault.UnexpectedEnd, 29 },
            { "\"a\\", JsonFault.UnexpectedEnd, 3 },
            { "\"a\\u00", JsonFault.UnexpectedEnd, 6 },
            { "\"0123456789abcdef0123\n\"", JsonFault.ControlCharacter, 21 },
            { "\"\u001f\"", JsonFault.ControlCharacter, 1 },
            { "\"\\x41\"", JsonFault.BadEscape, 1 },
            { "\"ab\\u00g0\"", JsonFault.BadEscape, 3 },
            { "\"ab\\U0041\"", JsonFault.BadEscape, 3 },
            { "[\"ab\\ud83d\"]", JsonFault.LoneSurrogate, 4 },
            { "[\"\\ud83d\\ud83d\\ude00\"]", JsonFault.LoneSurrogate, 2 },
            { "[\"\\ud83dx\\ude00\"]", JsonFault.LoneSurrogate, 2 },
            { "{\"\\ude00\":1}", JsonFault.LoneSurrogate, 2 },
            { "[01]", JsonFault.BadNumber, 1 },
            { "[-]", JsonFault.BadNumber, 1 },
            { "[1.]", JsonFault.BadNumber, 1 },
            { "[.5]", JsonFault.Syntax, 1 },
            { "[+1]", JsonFault.Syntax, 1 },
            { "[1e]", JsonFault.BadNumber, 1 },
            { "[1e+]", JsonFault.BadNumber, 1 },
            { "[1.5.2]", JsonFault.Syntax, 4 },
            { "[-00]", JsonFault.BadNumber, 1 },
            { "1e", JsonFault.UnexpectedEnd, 2 },
            { "[0, 1e309]", JsonFault.NumberOverflow, 4 },
            { "[-1.7976931348623159e308]", JsonFault.NumberOverflow, 1 },
            { "[1e99999999999999999999]", JsonFault.NumberOverflow, 1 },
            { "{\"a\":1,\"b\":2,\"a\":3}", JsonFault.DuplicateName, 13 },
            { "{\"a\":1,\"\\u0061\":3}", JsonFault.DuplicateName, 7 },
            { "{\"\\\"\":1,\"x\":2,\"\\u0022\":3}", JsonFault.DuplicateName, 14 },
            { "[{\"é\":1,\"\\u00e9\":1}]", JsonFault.DuplicateName, 9 },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_malformed_text_is_refused_with_its_fault_at_its_place(string text, JsonFault fault, long offset)
    {
        var refusal = Assert.Throws<JsonRejectedException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal((fault, offset), (refusal.Fault, refusal.Offset));
        Assert.Contains(offset.ToString(), refusal.Message);
    }

    [Theory]
    [InlineData("22C328 22", 1)] // a first byte without its second
    [InlineData("5B22 61 C080 225D", 3)] // NUL in two bytes
    [InlineData("22 EDA080 22", 1)] // a surrogate written as UTF-8
    [InlineData("22 F4908080 22", 1)] // beyond U+10FFFF
    [InlineData("22 C3A9 FF 22", 3)]
    [InlineData("22 E282", 1)] // cut off
    [InlineData("7B7D 80", 2)]
    public void Bytes_that_are_not_UTF8_are_refused_at_the_first_ill_formed_one(string hex, long offset)
    {
        var refusal = Assert.Throws<JsonRejectedException>(() =>
            StrictJson.Parse(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))
        );
        Assert.Equal((JsonFault.InvalidUtf8, offset), (refusal.Fault, refusal.Offset));
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(10_000, false)]
    [InlineData(2_000_000, false)]
    public void At_most_128_containers_are_nested_and_no_depth_reaches_the_stack(int depth, bool accepted)
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var text = Encoding.UTF8.GetBytes(
                string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth))
            );
            Assert.Equal(accepted, StrictJson.TryParse(text, out var node, out var refusal));
            if (accepted)
            {
                Assert.Equal(text, CanonicalJson.Canonicalize(node));
            }
            else
            {
                Assert.Equal((JsonFault.TooDeep, 128L * open.Length), (refusal!.Fault, refusal.Offset));
            }
        }
    }

    [Fact]
    public void Side_by_side_containers_do_not_add_up_to_depth()
    {
        var text = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("[[],{}]", 500)) + "]");
        Assert.Equal(text, CanonicalJson.Canonicalize(text));
    }

    [Fact]
    public void Numbers_of_any_length_are_read_exactly_and_never_slowly()
    {
        // Half-way between two doubles but for the millionth digit: the digit decides.
        var tie = "9007199254740993." + new string('0', 1_000_000);
        Assert.Equal("9007199254740992", Canonical(tie));
        Assert.Equal("9007199254740994", Canonical(tie + "1"));
        Assert.Equal("1", Canonical("0." + new string('0', 100_000) + "1e100001"));
        Assert.Equal("0", Canonical("1e-99999999999999999999"));
        Assert.Equal("0", Canonical("0e99999999999999999999"));
        Assert.Equal("0", Canonical("-0.000"));
        Assert.Throws<JsonRejectedException>(() => Canonical(new string('9', 1_000_000)));
    }

    [Fact]
    public void More_bytes_than_allowed_are_refused_unread()
    {
        var text = Encoding.UTF8.GetBytes("[1,2,3]");
        Assert.NotNull(StrictJson.Parse(text, maxSizeInBytes: 7));
        var refusal = Assert.Throws<JsonRejectedException>(() => StrictJson.Parse(text, maxSizeInBytes: 6));
        Assert.Equal((JsonFault.TooLarge, 6L), (refusal.Fault, refusal.Offset));
        Assert.Throws<ArgumentOutOfRangeException>(() => StrictJson.Parse("1"u8, maxSizeInBytes: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => StrictJson.Parse("1"u8, maxSizeInBytes: int.MaxValue));
    }

    [Fact]
    public void Where_parity_asks_for_it_the_last_value_of_a_name_wins()
    {
        var node = StrictJson.Parse("""{"b":0,"a":{"x":1,"x":2},"a":{"y":3,"y":4},"b":5}"""u8, DuplicateNames.KeepLast);
        Assert.Equal("""{"a":{"y":4},"b":5}""", Encoding.UTF8.GetString(CanonicalJson.Canonicalize(node)));
        Assert.Equal(5, (int)node!["b"]!);
    }

    [Fact]
    public void Among_many_members_the_repeated_one_is_found_wherever_it_stands()
    {
        var names = Enumerable.Range(0, 300).Select(i => $"\"name{(i * 7919) % 300:000}\":{i}").ToList();
        names.Insert(250, "\"name000\":\"again\"");
        var text = "{" + string.Join(',', names) + "}";
        var refusal = Assert.Throws<JsonRejectedException>(() => Canonical(text));
        Assert.Equal(
            (JsonFault.DuplicateName, (long)text.IndexOf("\"name000\":\"again\"", StringComparison.Ordinal)),
            (refusal.Fault, refusal.Offset)
        );
        Assert.StartsWith(
            "{\"name000\":\"again\",\"name001\":",
            Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text), DuplicateNames.KeepLast))
        );
    }

    [Fact]
    public void A_parsed_value_keeps_its_types_and_its_texts()
    {
        var node = StrictJson.Parse(" {\"z\": [1, -2.50, true, null, \"\\ud83d\\ude00\\n\"], \"\": {}} "u8)!;
        Assert.Equal(1, (int)node["z"]![0]!);
        Assert.Equal(-2.5, (double)node["z"]![1]!);
        Assert.Equal("😀\n", (string?)node["z"]![4]);
        Assert.IsType<JsonObject>(node[""]);
        Assert.Null(StrictJson.Parse("null"u8));
    }

    [Fact]
    public void No_cut_or_changed_byte_ends_in_another_exception_than_a_refusal()
    {
        var random = new Random(7);
        var source = Encoding.UTF8.GetBytes(
            """{"k\u00e9y":[1.5e-3,-0,{"\ud83d\ude00":"\\ \/ é 漢 😀","a":null}],"b":[true,false],"":"0123456789abcdefghij"}"""
        );
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = source[..random.Next(source.Length + 1)];
            for (var change = random.Next(3); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (StrictJson.TryParse(bytes, out var node, out var refusal))
            {
                Assert.Equal(CanonicalJson.Canonicalize(bytes), CanonicalJson.Canonicalize(node));
            }
            else
            {
                Assert.InRange(refusal.Offset, 0, bytes.Length);
            }
        }
    }

    private static string Canonical(string text) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text)));
}
