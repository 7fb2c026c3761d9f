namespace Hallmark.Core.Json;

/// <summary>The shortest decimal that reads back to a double, and of several the closest.</summary>
/// <remarks>
/// Raffaele Giulietti's Schubfach (2021): with the power of ten chosen so that the interval of decimals which round to the double is at least one and less
/// than ten units wide, only four candidates remain. The runtime's own <c>R</c> format is not used: next to powers of two, where the interval is narrower
/// below than above, some of its texts read back to another double (0x0410000000000000, for one, on .NET 10.0).
/// </remarks>
internal static class ShortestDigits
{
    /// <summary>Finds digits × 10^exponent.</summary>
    /// <param name="value">Finite and greater than zero.</param>
    /// <returns>At most 17 digits, possibly with zeros at the end, and the exponent.</returns>
    internal static (ulong Digits, int Exponent) Find(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var fraction = bits & ((1UL << 52) - 1);
        var biased = (int)(bits >> 52);
        var significand = biased == 0 ? fraction : fraction | (1UL << 52);
        var q = Math.Max(biased, 1) - 1075;
        // At a power of two the neighbour below is only half as far away as the one above.
        var isNarrowBelow = fraction == 0 && biased > 1;
        var k = ((q * 1262611) - (isNarrowBelow ? 524031 : 0)) >> 22;
        var power = PowersOfTen.Get(-k);
        var h = q + PowersOfTen.FloorLog2(-k) + 1;
        // All in quarters of a unit: the double, and the bounds half-way to its neighbours, which belong to it where its significand is even.
        var isOdd = significand & 1;
        var lower = RoundToOdd(power, ((4 * significand) - (isNarrowBelow ? 1UL : 2UL)) << h) + isOdd;
        var middle = RoundToOdd(power, (4 * significand) << h);
        var upper = RoundToOdd(power, ((4 * significand) + 2) << h) - isOdd;
        var s = middle / 4;
        if (s >= 10)
        {
            var tens = s / 10;
            var isBelowInside = lower <= 40 * tens;
            var isAboveInside = (40 * tens) + 40 <= upper;
            if (isBelowInside != isAboveInside)
            {
                return (tens + (isAboveInside ? 1UL : 0UL), k + 1);
            }
        }

        var isFloorInside = lower <= 4 * s;
        var isCeilingInside = (4 * s) + 4 <= upper;
        if (isFloorInside != isCeilingInside)
        {
            return (s + (isCeilingInside ? 1UL : 0UL), k);
        }

        var half = (4 * s) + 2;
        return (middle > half || (middle == half && (s & 1) != 0) ? s + 1 : s, k);
    }

    /// <summary>The upper 64 bits of a 192-bit product, with the last bit set where anything was cut off: enough to compare with exactly.</summary>
    private static ulong RoundToOdd(UInt128 power, ulong factor)
    {
        var low = Math.BigMul((ulong)(power & ulong.MaxValue), factor, out _);
        var high = Math.BigMul((ulong)(power >> 64), factor, out var middle);
        var sum = unchecked(middle + low);
        high += sum < middle ? 1UL : 0UL;
        return high | (sum > 1 ? 1UL : 0UL);
    }
}
