using System.Runtime.CompilerServices;

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
        var h = q + PowersOfTen.FloorLog2(-k) + 1;
        // All in quarters of a unit: the double, and the bounds half-way to its neighbours, which belong to it where its significand is even.
        var isOdd = significand & 1;
        var lower = RoundToOdd(-k, ((4 * significand) - (isNarrowBelow ? 1UL : 2UL)) << h) + isOdd;
        var middle = RoundToOdd(-k, (4 * significand) << h);
        var upper = RoundToOdd(-k, ((4 * significand) + 2) << h) - isOdd;
        // Which candidate it is cannot be predicted, so everything is computed and nothing branched on. Of two neighbours, the one inside the bounds is taken.
        var s = middle / 4;
        var tens = s / 10;
        var isAboveInside = AsBit((40 * tens) + 40 <= upper);
        var isOneTenInside = AsBit(s >= 10) & (AsBit(lower <= 40 * tens) ^ isAboveInside);
        var isCeilingInside = AsBit((4 * s) + 4 <= upper);
        var isOneInside = AsBit(lower <= 4 * s) ^ isCeilingInside;
        // Where both or none are inside, the closer one; the even one where they are equally close.
        var isCeilingCloser = AsBit(middle + (s & 1) > (4 * s) + 2);
        var ceiling = (isOneInside & isCeilingInside) | (isCeilingCloser & ~isOneInside);
        var mask = unchecked(0 - isOneTenInside);
        return (((tens + isAboveInside) & mask) | ((s + ceiling) & ~mask), k + (int)isOneTenInside);
    }

    private static ulong AsBit(bool value) => value ? 1UL : 0UL;

    /// <summary>The upper 64 bits of a 192-bit product, with the last bit set where anything was cut off: enough to compare with exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong RoundToOdd(int k, ulong factor) =>
        PowersOfTen.Multiply(k, factor, out var middle, out _) | (middle > 1 ? 1UL : 0UL);
}
