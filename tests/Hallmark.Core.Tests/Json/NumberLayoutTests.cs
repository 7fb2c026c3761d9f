using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

/// <summary>The four layouts of ECMAScript's numbers, at every boundary between them, with few and with many digits, from texts and from doubles.</summary>
public class NumberLayoutTests
{
    [Theory]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("999999999999999900000", "999999999999999900000")]
    [InlineData("999999999999999999999", "1e+21")]
    [InlineData("1.2345678901234567e20", "123456789012345670000")]
    [InlineData("1.2345678901234567e21", "1.2345678901234568e+21")]
    [InlineData("123456789012345.6", "123456789012345.6")]
    [InlineData("1234567890123456.7", "1234567890123456.8")]
    [InlineData("12345678901234567.8", "12345678901234568")]
    [InlineData("0.1", "0.1")]
    [InlineData("1e-6", "0.000001")]
    [InlineData("1.5e-6", "0.0000015")]
    [InlineData("0.0000012345678901234567", "0.0000012345678901234567")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("0.00000015", "1.5e-7")]
    [InlineData("0.00000012345678901234567", "1.2345678901234566e-7")]
    [InlineData("9.99999999999999e-7", "9.99999999999999e-7")]
    [InlineData("9.999999999999999e-7", "0.000001")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("9007199254740994", "9007199254740994")]
    [InlineData("90071992547409930", "90071992547409940")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("1.7976931348623158e308", "1.7976931348623157e+308")]
    [InlineData("2.2250738585072014e-308", "2.2250738585072014e-308")]
    [InlineData("2.225073858507201e-308", "2.225073858507201e-308")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("2.4703282292062328e-324", "5e-324")] // just above the half of the least double
    [InlineData("2.4703282292062327e-324", "0")]
    [InlineData("1e100", "1e+100")]
    [InlineData("1e-100", "1e-100")]
    [InlineData("1.10", "1.1")]
    [InlineData("0.12345678901234500", "0.123456789012345")]
    [InlineData("0.10000000000000000", "0.1")]
    [InlineData("0.1234567890123456000", "0.1234567890123456")]
    [InlineData("12345678901234567E-17", "0.12345678901234566")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("0.300000000000000044", "0.30000000000000004")]
    [InlineData("0.29999999999999999", "0.3")]
    public void A_number_is_laid_out_as_ECMAScript_does_it(string text, string canonical)
    {
        foreach (var (sign, rest) in new[] { ("", ""), ("-", ""), ("", ",1234567"), ("-", ",\"01234567890123456789\""), ("", ",[]") })
        {
            // Behind the text other bytes may follow or none: the fast ways look further than the number reaches.
            var signed = canonical == "0" ? "0" : sign + canonical;
            Assert.Equal("[" + signed + rest + "]", Canonical("[" + sign + text + rest + "]"));
            Assert.Equal(signed, Canonical(sign + text));
        }

        Assert.Equal(
            canonical,
            Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create((double)StrictJson.Parse(Encoding.UTF8.GetBytes(text))!)))
        );
    }

    [Fact]
    public void Every_power_of_ten_has_the_layout_of_its_size()
    {
        for (var exponent = -323; exponent <= 308; exponent++)
        {
            var expected = exponent switch
            {
                >= 21 => $"1e+{exponent}",
                >= 0 => "1" + new string('0', exponent),
                >= -6 => "0." + new string('0', -exponent - 1) + "1",
                _ => $"1e-{-exponent}",
            };
            Assert.Equal(expected, Canonical($"1e{exponent}"));
            Assert.Equal(expected, Canonical($"10000.00000000000000e{exponent - 4}"));
            Assert.Equal(expected, Canonical($"0.00000000000000000001E{exponent + 20:+0;-0;+0}"));
        }
    }

    [Fact]
    public void Numbers_that_grow_do_not_run_out_of_the_room_made_for_the_text()
    {
        // Four bytes become 22, many thousand times, with strings in between that are copied in blocks.
        var text = "[" + string.Join(',', Enumerable.Repeat("1e20,\"0123456789abcdef\"", 20_000)) + "]";
        Assert.Equal(text.Replace("1e20", "100000000000000000000", StringComparison.Ordinal), Canonical(text));
    }

    private static string Canonical(string text) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text)));
}
