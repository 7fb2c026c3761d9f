using System.Globalization;
using System.Numerics;

namespace Hallmark.Core.Tests.Json;

/// <summary>Random decimals as JSON spells them, many of them next to where reading is hard.</summary>
internal static class RandomDecimal
{
    /// <summary>1 to 40 digits, a point anywhere, exponents of up to ±400; or a double, or the middle between two, or a decimal right beside that.</summary>
    internal static string Text(Random random) =>
        (random.Next(2) == 0 ? "-" : "")
        + random.Next(4) switch
        {
            0 => Exact(AnyDouble(random), random.Next(-1, 2), random.Next(-1, 2)),
            1 => AnyDouble(random).ToString("E16", CultureInfo.InvariantCulture),
            _ => Digits(random),
        };

    /// <summary>Any bit pattern that is finite and positive, subnormal ones often.</summary>
    internal static double AnyDouble(Random random)
    {
        var bits = random.NextInt64(1, 2047L << 52);
        return BitConverter.Int64BitsToDouble(random.Next(5) == 0 ? Math.Max(1, bits >> random.Next(11, 60)) : bits);
    }

    /// <summary>All digits of a double plus that many halves of the distance to its neighbour, moved by that many units of the last digit.</summary>
    internal static string Exact(double value, int halves, int moved)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var biased = (int)(bits >> 52);
        BigInteger significand = (bits & ((1L << 52) - 1)) | (biased == 0 ? 0 : 1L << 52);
        var exponent = Math.Max(biased, 1) - 1076;
        var digits = (significand * 2) + halves;
        digits *= exponent < 0 ? BigInteger.Pow(5, -exponent) : BigInteger.One << exponent;
        return string.Create(CultureInfo.InvariantCulture, $"{BigInteger.Abs((digits * 10) + moved)}e{Math.Min(exponent, 0) - 1}");
    }

    private static string Digits(Random random)
    {
        var digits = string.Concat(Enumerable.Range(0, random.Next(1, 41)).Select(_ => (char)('0' + random.Next(10))));
        var point = random.Next(digits.Length);
        var integer = digits[..point].TrimStart('0');
        var text = (integer.Length == 0 ? "0" : integer) + "." + digits[point..];
        return random.Next(3) == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}e{random.Next(-400, 401)}");
    }
}
