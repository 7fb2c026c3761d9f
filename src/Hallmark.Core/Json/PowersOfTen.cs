using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hallmark.Core.Json;

/// <summary>10^k for every k that writing or reading a double can need, as the upper 128 bits, rounded up. Made once, when first needed.</summary>
internal static class PowersOfTen
{
    /// <summary>The smallest exponent: the least double is above 10⁻³²⁴, and 19 digits may stand behind a point that far out.</summary>
    internal const int Smallest = -350;

    /// <summary>The largest exponent: that of the least double's shortest digits, turned round.</summary>
    internal const int Largest = 324;

    /// <summary>Of each power the upper word and the lower one: reading words is faster than taking a <see cref="UInt128"/> apart.</summary>
    private static readonly ulong[] Words =
    [
        .. Enumerable
            .Range(Smallest, Largest - Smallest + 1)
            .Select(Compute)
            .SelectMany(power => new[] { (ulong)(power >> 64), (ulong)(power & ulong.MaxValue) }),
    ];

    /// <summary>The 192 bits of ⌈10^k × 2^−r⌉ × factor, with the r that puts the power between 2^127 and 2^128.</summary>
    /// <param name="k">From <see cref="Smallest"/> to <see cref="Largest"/>.</param>
    /// <param name="factor">Any value.</param>
    /// <param name="middle">The word below the upper one.</param>
    /// <param name="low">The lowest word.</param>
    /// <returns>The upper word.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Multiply(int k, ulong factor, out ulong middle, out ulong low)
    {
        var index = unchecked((uint)(k - Smallest) * 2);
        var words = Words;
        var carried = Math.BigMul(words[index + 1], factor, out low);
        var high = Math.BigMul(words[index], factor, out middle);
        unchecked
        {
            middle += carried;
            return high + (middle < carried ? 1UL : 0UL);
        }
    }

    /// <summary>The upper 64 bits of ⌈10^k × 2^−r⌉.</summary>
    internal static ulong UpperWord(int k) => Words[unchecked((uint)(k - Smallest) * 2)];

    /// <summary>⌊log₂ 10^k⌋ for |k| ≤ 1233.</summary>
    internal static int FloorLog2(int k) => unchecked(k * 1741647) >> 19;

    private static UInt128 Compute(int k)
    {
        var shift = FloorLog2(k) - 127;
        var (numerator, denominator) = k < 0 ? (BigInteger.One, BigInteger.Pow(10, -k)) : (BigInteger.Pow(10, k), BigInteger.One);
        if (shift < 0)
        {
            numerator <<= -shift;
        }
        else
        {
            denominator <<= shift;
        }

        return (UInt128)((numerator + denominator - 1) / denominator);
    }
}
