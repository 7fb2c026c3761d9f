using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

public class FloatRoundingTests
{
    [Theory]
    [InlineData(0.0078125, 0.007812)] // an exact tie, so even
    [InlineData(0.0234375, 0.023438)]
    [InlineData(2.0000005, 2.000001)] // slightly above the half in binary
    [InlineData(0.1234565, 0.123456)] // slightly below
    [InlineData(5e-7, 0)]
    [InlineData(double.Epsilon, 0)]
    [InlineData(4503599627370495.5, 4503599627370495.5)]
    [InlineData(1e300, 1e300)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void The_exact_binary_value_decides_and_ties_go_to_even(double value, double rounded)
    {
        Assert.Equal(rounded, FloatRounding.Round(value));
        Assert.Equal(-rounded, FloatRounding.Round(-value));
    }

    [Fact]
    public void Small_negative_values_become_minus_zero_which_is_written_as_zero()
    {
        var rounded = FloatRounding.Round(-1e-9);
        Assert.True(double.IsNegative(rounded) && rounded == 0);
        Assert.Equal("0"u8.ToArray(), CanonicalJson.Canonicalize(JsonValue.Create(rounded)));
    }

    [Fact]
    public void Every_random_value_is_rounded_as_a_rational_number_would_be()
    {
        var random = new Random(11);
        for (var round = 0; round < 40_000; round++)
        {
            var decimals = random.Next(16);
            var value =
                round % 3 == 0
                    ? random.Next(1 << 20) / (double)(1 << random.Next(1, 20)) // often an exact tie
                    : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-12, 16));
            Assert.Equal(Exact(value, decimals), FloatRounding.Round(value, decimals));
        }
    }

    [Fact]
    public void Rounding_twice_changes_nothing()
    {
        var random = new Random(12);
        for (var round = 0; round < 20_000; round++)
        {
            var once = FloatRounding.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-9, 9)));
            Assert.Equal(once, FloatRounding.Round(once));
        }
    }

    [Fact]
    public void Only_floats_of_a_value_are_rounded_and_the_value_is_left_as_it_was()
    {
        var node = StrictJson.Parse("""{"0.12345678":[0.12345678,2,true,null,"0.12345678",{"x":-1.00000049}],"n":9007199254740993}"""u8)!;
        var before = node.ToJsonString();
        var rounded = FloatRounding.Normalize(node)!;
        Assert.Equal(before, node.ToJsonString());
        Assert.Equal(
            """{"0.12345678":[0.123457,2,true,null,"0.12345678",{"x":-1}],"n":9007199254740992}"""u8.ToArray(),
            CanonicalJson.Canonicalize(rounded)
        );
        Assert.Equal(
            "[0.12]"u8.ToArray(),
            CanonicalJson.Canonicalize(FloatRounding.Normalize(new JsonArray(0.123), FloatRounding.LatencyDecimals))
        );
        Assert.Null(FloatRounding.Normalize(null));
    }

    [Fact]
    public void Decimals_and_depth_have_bounds()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FloatRounding.Round(1.5, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FloatRounding.Round(1.5, 16));
        JsonNode deep = new JsonArray();
        for (var i = 0; i < 128; i++)
        {
            deep = new JsonArray(deep);
        }

        Assert.Equal(JsonFault.TooDeep, Assert.Throws<JsonRejectedException>(() => FloatRounding.Normalize(deep)).Fault);
    }

    private static double Exact(double value, int decimals)
    {
        // value = significand × 2^exponent, so value × 10^decimals = numerator / 2^shift.
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        var biased = (int)(bits >> 52);
        BigInteger numerator = biased == 0 ? bits : (bits & ((1L << 52) - 1)) | (1L << 52);
        var exponent = Math.Max(biased, 1) - 1075;
        numerator *= BigInteger.Pow(10, decimals);
        if (exponent >= 0)
        {
            return value;
        }

        var denominator = BigInteger.One << -exponent;
        var (quotient, remainder) = BigInteger.DivRem(numerator, denominator);
        var twice = (remainder * 2).CompareTo(denominator);
        quotient += twice > 0 || (twice == 0 && !quotient.IsEven) ? 1 : 0;
        return Math.CopySign(double.Parse($"{quotient}e-{decimals}", CultureInfo.InvariantCulture), value);
    }
}
