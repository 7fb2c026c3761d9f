using System.Numerics;

namespace Hallmark.Core.Json;

/// <summary>The double nearest to a decimal, ties to even: what reading a number means (IEEE 754, <c>roundTiesToEven</c>).</summary>
/// <remarks>
/// <para>
/// The idea is Eisel's and Lemire's: 64 bits of the decimal times 128 bits of the power of ten nearly always decide. The bound used here is our own and plain.
/// With the digits shifted up to w in [2⁶³, 2⁶⁴) and the power of ten rounded up to T in [2¹²⁷, 2¹²⁸), true × 2^s is above w × (T − 1) and at most w × T. So if U is
/// w × T without its lowest 64 bits, the true value lies above U − 1 and below U + 1. Of U the upper bits are kept and the rest decides about rounding. Where that
/// rest is not exactly one half of the last kept bit, the whole interval lies on one side of the half: rest − 1 and rest + 1 are both at most, or both at least, the
/// half, and the interval does not include its ends. Where it is exactly one half, the product decides only if T is exact, as it is from 10⁰ to 10⁵⁵ (5⁵⁵ &lt; 2¹²⁸).
/// </para>
/// <para>A true value just below a power of two may thus be taken for that power; but then it rounds to it.</para>
/// </remarks>
internal static class NearestDouble
{
    private const int LargestExactPower = 55;
    private const int FractionBits = 52;
    private const int Bias = 1075;
    private const int InfinityExponent = 2047;

    /// <summary>Finds the double nearest to digits × 10^exponent.</summary>
    /// <param name="digits">Any value.</param>
    /// <param name="exponent">Any value.</param>
    /// <param name="value">The double, +∞ where the decimal is beyond their range; 0 on a false result.</param>
    /// <returns>False where this way cannot decide: next to the middle between two doubles, or an exponent beyond the table.</returns>
    internal static bool TryFind(ulong digits, int exponent, out double value)
    {
        value = 0;
        if (digits == 0)
        {
            return true;
        }

        if (exponent is < PowersOfTen.Smallest or > PowersOfTen.Largest)
        {
            return false;
        }

        var zeros = BitOperations.LeadingZeroCount(digits);
        var high = PowersOfTen.Multiply(exponent, digits << zeros, out var middle, out var low);
        // 53 bits are kept of the 63 or 64 that the upper word has; fewer for subnormal doubles, which all have the exponent of the smallest normal ones.
        var dropped = 10 + (int)(high >> 63);
        var biased = PowersOfTen.FloorLog2(exponent) + 1 - zeros + dropped + Bias;
        if (biased < 1)
        {
            dropped += 1 - biased;
            biased = 1;
            if (dropped > 63)
            {
                return false;
            }
        }

        var kept = high >> dropped;
        var half = 1UL << (dropped - 1);
        var rest = high & ((half << 1) - 1);
        if (rest == half && middle == 0)
        {
            if (exponent is < 0 or > LargestExactPower)
            {
                return false;
            }

            kept += low != 0 ? 1 : kept & 1;
        }
        else if (rest >= half)
        {
            kept++;
        }

        // A carry out of the kept bits is one more in the exponent, and 2⁵² a subnormal double's first normal one.
        var bits = ((ulong)(biased - 1) << FractionBits) + kept;
        value = bits >= (ulong)InfinityExponent << FractionBits ? double.PositiveInfinity : BitConverter.UInt64BitsToDouble(bits);
        return true;
    }
}
