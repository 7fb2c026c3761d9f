using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

/// <summary>Where a refusal says that a text is broken: at the end of one that was cut, at the byte that was put in the place of another, and with the words for it.</summary>
public class RefusalPlaceTests
{
    [Fact]
    public void A_text_that_is_cut_anywhere_ends_inside_a_value_at_its_last_byte()
    {
        var random = new Random(20261123);
        for (var round = 0; round < 40; round++)
        {
            var text = Canonical(random);
            for (var length = 0; length < text.Length; length++)
            {
                // A cut inside a character leaves bytes that are not UTF-8, from the character's first byte on.
                var start = length;
                while (start > 0 && (text[start] & 0xC0) == 0x80)
                {
                    start--;
                }

                AssertRefused(text.AsSpan(0, length), start == length ? JsonFault.UnexpectedEnd : JsonFault.InvalidUtf8, start);
            }
        }
    }

    [Fact]
    public void A_byte_that_JSON_does_not_know_is_refused_where_it_stands()
    {
        var random = new Random(20261124);
        for (var round = 0; round < 40; round++)
        {
            var text = Canonical(random);
            foreach (var at in Outside(text, "{}[],:\"tfnruels"))
            {
                var changed = (byte[])text.Clone();
                changed[at] = (byte)'@';
                AssertRefused(changed, JsonFault.Syntax, at);
            }
        }
    }

    [Fact]
    public void Whatever_follows_a_whole_value_is_refused_where_it_begins_and_white_space_is_not()
    {
        var random = new Random(20261125);
        foreach (var more in new[] { "x", "{}", ",", "\0", "\u00a0", "1" })
        {
            var text = Canonical(random);
            AssertRefused([.. text, .. " \t\r\n"u8, .. Encoding.UTF8.GetBytes(more)], JsonFault.TrailingBytes, text.Length + 4);
            Assert.True(StrictJson.TryParse([.. " \t\r\n"u8, .. text, .. " \t\r\n"u8], out _, out _));
        }
    }

    [Fact]
    public void Every_control_character_in_a_string_is_refused_where_it_stands_and_the_first_of_several()
    {
        for (var control = 0; control < 0x20; control++)
        {
            // At every distance from the string's beginning, so that it falls everywhere in the blocks that are looked at together.
            for (var before = 0; before < 40; before++)
            {
                byte[] text =
                [
                    (byte)'"',
                    .. Enumerable.Repeat((byte)'a', before),
                    (byte)control,
                    (byte)control,
                    .. new byte[40].Select(_ => (byte)'b'),
                    (byte)'"',
                ];
                AssertRefused(text, JsonFault.ControlCharacter, before + 1);
            }
        }

        Assert.True(StrictJson.TryParse("\"\u007f\""u8, out _, out _));
    }

    [Fact]
    public void Every_letter_behind_a_backslash_is_an_escape_of_RFC_8259_or_refused_at_the_backslash()
    {
        for (var letter = 0x20; letter < 0x7f; letter++)
        {
            byte[] text = [.. "[\"ab\\"u8, (byte)letter, .. "0041\"]"u8];
            if ("\"\\/bfnrtu".Contains((char)letter, StringComparison.Ordinal))
            {
                // A quotation mark, too, is only escaped: the string goes on behind it.
                Assert.True(StrictJson.TryParse(text, out _, out _), $"\\{(char)letter}");
            }
            else
            {
                AssertRefused(text, JsonFault.BadEscape, 4);
            }
        }
    }

    [Fact]
    public void Four_hex_digits_make_a_unit_and_any_other_character_among_them_is_refused_at_the_backslash()
    {
        for (var at = 0; at < 4; at++)
        {
            for (var unit = 0x20; unit < 0x7f; unit++)
            {
                var digits = "00e9".ToCharArray();
                digits[at] = (char)unit;
                var text = Encoding.ASCII.GetBytes($"[\"\\u{new string(digits)}\"]");
                if (char.IsAsciiHexDigit((char)unit))
                {
                    Assert.True(
                        StrictJson.TryParse(text, out _, out var refusal) || refusal.Fault is JsonFault.LoneSurrogate,
                        new string(digits)
                    );
                }
                else
                {
                    AssertRefused(text, JsonFault.BadEscape, 2);
                }
            }
        }
    }

    /// <summary>RFC 8259 §8.2: both halves, in their order, and nothing between them.</summary>
    [Theory]
    [InlineData("\\ud800", 0)]
    [InlineData("\\udfff", 0)]
    [InlineData("\\udbff\\udbff", 0)]
    [InlineData("\\udc00\\ud800", 0)]
    [InlineData("\\ud800 \\udc00", 0)]
    [InlineData("\\ud800\\n", 0)]
    [InlineData("\\ud800\\u0041", 0)]
    [InlineData("\\ud7ff\\ue000\\ud800", 12)]
    [InlineData("\\ud800\\udc00\\udc00", 12)]
    [InlineData("\\ud800\\udc00\\ud800\\udc00\\udbff", 24)]
    public void Half_a_character_is_refused_at_its_own_escape_in_values_and_in_names(string escapes, int at)
    {
        AssertRefused(Encoding.ASCII.GetBytes($"[\"{escapes}\"]"), JsonFault.LoneSurrogate, 2 + at);
        AssertRefused(Encoding.ASCII.GetBytes($"{{\"{escapes}\":1}}"), JsonFault.LoneSurrogate, 2 + at);
    }

    [Theory]
    [InlineData("\\ud800\\udc00", 0x10000)]
    [InlineData("\\udbff\\udfff", 0x10FFFF)]
    [InlineData("\\uD83D\\uDE00", 0x1F600)]
    [InlineData("\\ud7ff", 0xD7FF)]
    [InlineData("\\ue000", 0xE000)]
    [InlineData("\\uffff", 0xFFFF)]
    [InlineData("\\u0080", 0x80)]
    [InlineData("\\u07ff", 0x7FF)]
    [InlineData("\\u0800", 0x800)]
    [InlineData("\\u007F", 0x7F)]
    public void A_whole_character_is_written_as_itself_however_it_was_escaped(string escapes, int codePoint) =>
        Assert.Equal(
            $"\"{char.ConvertFromUtf32(codePoint)}\"",
            Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.ASCII.GetBytes($"\"{escapes}\"")))
        );

    /// <summary>RFC 8259 §6, each way in which a number is none, with the number's own beginning as the place.</summary>
    [Theory]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData("-00")]
    [InlineData("00.5")]
    [InlineData("1.]")]
    [InlineData("1.e5")]
    [InlineData("-.5")]
    [InlineData("-x")]
    [InlineData("-]")]
    [InlineData("--1")]
    [InlineData("1e]")]
    [InlineData("1e+]")]
    [InlineData("1E-x")]
    [InlineData("1e1.]", JsonFault.Syntax, 3)]
    [InlineData("1.5.5", JsonFault.Syntax, 3)]
    [InlineData("1e5e5", JsonFault.Syntax, 3)]
    [InlineData("1x", JsonFault.Syntax, 1)]
    [InlineData("0x10", JsonFault.Syntax, 1)]
    [InlineData("1_000", JsonFault.Syntax, 1)]
    [InlineData("1e1.5", JsonFault.Syntax, 3)]
    [InlineData("+1", JsonFault.Syntax, 0)]
    [InlineData(".5", JsonFault.Syntax, 0)]
    [InlineData("Infinity", JsonFault.Syntax, 0)]
    [InlineData("-Infinity")]
    [InlineData("NaN", JsonFault.Syntax, 0)]
    [InlineData("nan", JsonFault.Syntax, 1)]
    [InlineData("1e309", JsonFault.NumberOverflow, 0)]
    [InlineData("-1e309", JsonFault.NumberOverflow, 0)]
    [InlineData("1e99999999999999999999", JsonFault.NumberOverflow, 0)]
    [InlineData(
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880177904174497792",
        JsonFault.NumberOverflow,
        0
    )]
    public void What_is_no_number_is_refused_where_the_number_begins_or_where_it_ends(
        string number,
        JsonFault fault = JsonFault.BadNumber,
        int at = 0
    ) => AssertRefused(Encoding.ASCII.GetBytes($"[7,{number},7]"), fault, 3 + at);

    private static void AssertRefused(ReadOnlySpan<byte> text, JsonFault fault, long offset)
    {
        Assert.False(StrictJson.TryParse(text, out var node, out var refusal), Encoding.UTF8.GetString(text));
        Assert.Null(node);
        Assert.True(
            (fault, offset) == (refusal.Fault, refusal.Offset),
            $"{Encoding.UTF8.GetString(text)}: {refusal.Message}, not {fault} at {offset}"
        );
        Assert.StartsWith($"JSON refused at byte {offset}: ", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>A random document in canonical form: an array, so that a scalar's end is not the text's.</summary>
    private static byte[] Canonical(Random random) =>
        CanonicalJson.Canonicalize(new JsonArray(RandomJson.Node(random, 4), RandomJson.Node(random, 3)));

    /// <summary>The bytes outside of strings that are one of these; the quotation mark that opens a string is outside, the one that closes it is not.</summary>
    private static List<int> Outside(byte[] text, string bytes)
    {
        var found = new List<int>();
        var isInside = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (!isInside && bytes.Contains((char)text[i], StringComparison.Ordinal))
            {
                found.Add(i);
            }

            if (text[i] == '"')
            {
                isInside = !isInside;
            }
            else if (isInside && text[i] == '\\')
            {
                i++;
            }
        }

        return found;
    }
}
