using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

/// <summary>Reading numbers: the runtime's own reader is the judge (its writer is not: see <see cref="CanonicalJsonTests"/>).</summary>
public class NearestDoubleTests
{
    [Fact]
    public void Whatever_is_decided_is_what_the_runtime_reads()
    {
        var random = new Random(19);
        var decided = 0;
        const int Rounds = 200_000;
        for (var round = 0; round < Rounds; round++)
        {
            var digits = (ulong)random.NextInt64() >> random.Next(0, 63);
            var exponent = random.Next(-360, 330);
            if (NearestDouble.TryFind(digits, exponent, out var value))
            {
                decided++;
                Assert.Equal(Parse($"{digits}e{exponent}"), value);
            }
        }

        Assert.InRange(decided, Rounds * 9 / 10, Rounds);
    }

    [Fact]
    public void Nothing_is_decided_wrongly_next_to_the_middle_between_two_doubles()
    {
        var random = new Random(20);
        for (var round = 0; round < 60_000; round++)
        {
            // The first 19 digits of a middle, and their neighbours, are as close as 19 digits come.
            var exact = RandomDecimal.Exact(RandomDecimal.AnyDouble(random), random.Next(-1, 2), 0);
            var e = exact.IndexOf('e', StringComparison.Ordinal);
            var length = Math.Min(19, e);
            var exponent = int.Parse(exact.AsSpan(e + 1), CultureInfo.InvariantCulture) + e - length;
            var first = ulong.Parse(exact.AsSpan(0, length), CultureInfo.InvariantCulture);
            foreach (var digits in new[] { first - 1, first, first + 1 })
            {
                if (NearestDouble.TryFind(digits, exponent, out var value))
                {
                    Assert.Equal(Parse($"{digits}e{exponent}"), value);
                }
            }
        }
    }

    [Theory]
    [InlineData(9007199254740993, 0)] // ties of exact powers are decided: to even
    [InlineData(9007199254740995, 0)]
    [InlineData(18014398509481986, 0)]
    [InlineData(1, 22)]
    [InlineData(1, 23)]
    [InlineData(9007199254740993, 22)]
    [InlineData(17976931348623157, 292)]
    [InlineData(17976931348623159, 292)] // infinity
    [InlineData(22250738585072011, -324)] // the largest subnormal's neighbourhood
    [InlineData(22250738585072014, -324)]
    [InlineData(49406564584124654, -340)]
    public void Boundaries_are_decided_as_the_runtime_decides_them(ulong digits, int exponent)
    {
        Assert.True(NearestDouble.TryFind(digits, exponent, out var value));
        Assert.Equal(Parse($"{digits}e{exponent}"), value);
    }

    [Fact]
    public void What_lies_beyond_the_table_or_below_every_double_is_left_to_another_way()
    {
        Assert.False(NearestDouble.TryFind(24703282292062328, -340, out _));
        Assert.False(NearestDouble.TryFind(1, PowersOfTen.Smallest - 1, out _));
        Assert.False(NearestDouble.TryFind(1, PowersOfTen.Largest + 1, out _));
        Assert.True(NearestDouble.TryFind(0, int.MaxValue, out var zero));
        Assert.Equal(0, zero);
    }

    [Fact]
    public void Texts_of_any_length_and_exponent_are_read_as_the_runtime_reads_them()
    {
        var random = new Random(21);
        for (var round = 0; round < 40_000; round++)
        {
            var text = RandomDecimal.Text(random);
            var expected = Parse(text);
            if (StrictJson.TryParse(Encoding.UTF8.GetBytes(text), out _, out var refusal))
            {
                var canonical = Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text)));
                Assert.Equal(expected, Parse(canonical));
                Assert.Equal(RandomJson.Number(expected), canonical);
            }
            else
            {
                Assert.Equal(JsonFault.NumberOverflow, refusal.Fault);
                Assert.True(double.IsInfinity(expected));
            }
        }
    }

    [Fact]
    public void The_shortest_digits_read_back_to_their_double()
    {
        var random = new Random(22);
        for (var round = 0; round < 200_000; round++)
        {
            var value = RandomDecimal.AnyDouble(random);
            var (digits, exponent) = ShortestDigits.Find(value);
            Assert.True(NearestDouble.TryFind(digits, exponent, out var back), $"{digits}e{exponent}");
            Assert.Equal(value, back);
        }
    }

    [Fact]
    public void What_is_proven_the_shortest_is_the_shortest_and_most_written_doubles_are_proven()
    {
        var random = new Random(23);
        var (written, proven) = (0, 0);
        for (var round = 0; round < 100_000; round++)
        {
            var value = round % 2 == 0 ? random.NextDouble() * Math.Pow(10, random.Next(-5, 20)) : RandomDecimal.AnyDouble(random);
            var (digits, exponent) = ShortestDigits.Find(value);
            foreach (var step in new[] { 0, 1, -1, 2, -2 })
            {
                var candidate = unchecked(digits + (ulong)step);
                if (candidate != 0 && ShortestProof.Holds(candidate, exponent))
                {
                    var (shortest, itsExponent) = ShortestDigits.Find(Parse($"{candidate}e{exponent}"));
                    Assert.Equal((candidate, exponent), (shortest, itsExponent));
                    proven += step == 0 ? 1 : 0;
                }
            }

            written += digits >= 10_000_000_000_000_000 && digits % 10 != 0 && Math.Abs(exponent) <= 280 ? 1 : 0;
        }

        Assert.InRange(proven, written * 95 / 100, 100_000);
    }

    [Fact]
    public void Eight_bytes_are_read_up_to_the_first_that_is_no_digit()
    {
        var random = new Random(24);
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = Enumerable
                .Range(0, 8)
                .Select(_ => (byte)(random.Next(8) == 0 ? random.Next(256) : random.Next('0', '9' + 1)))
                .ToArray();
            var count = bytes.TakeWhile(b => b is >= (byte)'0' and <= (byte)'9').Count();
            var block = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(count, DigitBlock.Count(block));
            if (count > 0)
            {
                Assert.Equal(ulong.Parse(bytes.AsSpan(0, count), CultureInfo.InvariantCulture), DigitBlock.Value(block, count));
            }
        }
    }

    [Fact]
    public void The_powers_of_ten_are_rounded_up_and_nothing_else()
    {
        for (var k = PowersOfTen.Smallest; k <= PowersOfTen.Largest; k++)
        {
            var high = PowersOfTen.Multiply(k, 1UL << 63, out var middle, out var low);
            var power = (((BigInteger)high << 128) | ((BigInteger)middle << 64) | low) >> 63;
            var shift = PowersOfTen.FloorLog2(k) - 127;
            // power − 1 < 10^k / 2^shift ≤ power, in whole numbers.
            var ten = BigInteger.Pow(10, Math.Max(k, 0)) << Math.Max(-shift, 0);
            var unit = BigInteger.Pow(10, Math.Max(-k, 0)) << Math.Max(shift, 0);
            Assert.True((power - 1) * unit < ten && ten <= power * unit, $"10^{k}");
            Assert.Equal(128, power.GetBitLength());
            Assert.Equal(PowersOfTen.UpperWord(k), (ulong)(power >> 64));
        }
    }

    private static double Parse(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
