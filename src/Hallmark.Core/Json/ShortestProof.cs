using System.Numerics;

namespace Hallmark.Core.Json;

/// <summary>Proves, for most decimals of 16 or 17 digits that a program wrote, that they are the shortest of their double already, without making that double.</summary>
/// <remarks>
/// <para>
/// D × 10^q with its last digit r not 0 is what the double v nearest to it is written as, if (1) D × 10^q lies inside the interval of what rounds to v, (2) neither of the
/// neighbouring multiples of 10^(q+1), which are r below and 10 − r above D, lies inside, and (3) D is the multiple of 10^q closest to v. For what has fewer digits,
/// or as many digits and another exponent, either is a multiple of 10^(q+1) or has one between itself and D, and the interval has no gaps.
/// </para>
/// <para>
/// All of it shows in one product: D shifted up to 64 bits, times the upper 128 bits of 10^q. Its leading 53 bits are the double below; what follows says where D lies
/// between that and the next one. One bit of the double is measured in 54 or 55 bits here. What was rounded and cut off on the way is less than two such units of D's
/// place and less than two of 10^q's size, so less than 20 in the largest multiple; with <see cref="Margin"/> between, every comparison is certain.
/// </para>
/// </remarks>
internal static class ShortestProof
{
    private const ulong Margin = 32;

    /// <summary>Within these bounds no number of 16 to 19 digits is subnormal or infinite.</summary>
    private const int LargestExponent = 280;

    /// <summary>Below this many leading zeros, D has at least 2⁴⁹; nothing overflows then.</summary>
    private const int MostZeros = 14;

    /// <summary>How many bits of the product's middle word are measured.</summary>
    private const int MiddleBits = 44;

    private const ulong FractionMask = (1UL << 52) - 1;

    /// <summary>Whether digits × 10^exponent is certainly the shortest decimal of the double nearest to it. False also where it may be.</summary>
    /// <param name="digits">Any value; below 2⁴⁹ nothing is certain.</param>
    /// <param name="exponent">Any value.</param>
    internal static bool Holds(ulong digits, int exponent)
    {
        var zeros = BitOperations.LeadingZeroCount(digits);
        var lastDigit = digits % 10;
        if (zeros > MostZeros || lastDigit == 0 || exponent is < -LargestExponent or > LargestExponent)
        {
            return false;
        }
        unchecked
        {
            var high = PowersOfTen.Multiply(exponent, digits << zeros, out var middle, out _);
            var dropped = 10 + (int)(high >> 63);
            var one = 1UL << (dropped + MiddleBits);
            var half = one >> 1;
            // How far D lies above the lower end of its double's interval, and how far below the upper one. Half of one is added before what is more than one is dropped.
            var rounded = ((high << MiddleBits) | (middle >> (64 - MiddleBits))) + half;
            var above = rounded & (one - 1);
            var below = one - above;
            var unit = PowersOfTen.UpperWord(exponent) >> (64 - MiddleBits - zeros);
            var fromMiddle = above > half ? above - half : half - above;
            // A power of two has a narrower interval. One that is reached by rounding up has all bits set here.
            var kept = (high >> dropped) & FractionMask;
            return (kept != 0 & kept != FractionMask)
                & (above > Margin & below > Margin)
                & (lastDigit * unit > above + Margin & (10 - lastDigit) * unit > below + Margin)
                & ((2 * fromMiddle) + (2 * Margin) < unit);
        }
    }
}
