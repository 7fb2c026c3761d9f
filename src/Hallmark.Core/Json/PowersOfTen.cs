using System.Numerics;

namespace Hallmark.Core.Json;

/// <summary>10^k for every k that the shortest digits of a double can need, as the upper 128 bits, rounded up. Made once, when first needed.</summary>
internal static class PowersOfTen
{
    private const int Smallest = -292;
    private const int Largest = 324;

    private static readonly UInt128[] Table = [.. Enumerable.Range(Smallest, Largest - Smallest + 1).Select(Compute)];

    /// <summary>⌈10^k × 2^−r⌉ with the r that puts it between 2^127 and 2^128.</summary>
    internal static UInt128 Get(int k) => Table[k - Smallest];

    /// <summary>⌊log₂ 10^k⌋ for |k| ≤ 1233.</summary>
    internal static int FloorLog2(int k) => (k * 1741647) >> 19;

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
