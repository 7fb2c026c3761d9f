using System.Numerics;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Signatures;

public sealed class Ed25519StrictnessTests
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger L =
        BigInteger.Pow(2, 252)
        + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Ordinates_from_2_to_p_minus_2_can_stand_for_a_point_and_none_from_p_on()
    {
        foreach (var ordinate in new[] { 2, 3, 255, 256, P / 2, P - 3, P - 2 })
        {
            Assert.True(Ed25519Strictness.IsAcceptablePoint(Bytes(ordinate)), $"{ordinate}");
            Assert.True(Ed25519Strictness.IsAcceptablePoint(Signed(ordinate)), $"{ordinate} with the sign");
        }

        foreach (var ordinate in new[] { P, P + 1, P + 2, P + 18, BigInteger.Pow(2, 255) - 1 })
        {
            Assert.False(Ed25519Strictness.IsAcceptablePoint(Bytes(ordinate)), $"{ordinate}");
            Assert.False(Ed25519Strictness.IsAcceptablePoint(Signed(ordinate)), $"{ordinate} with the sign");
        }
    }

    /// <summary>The ordinates of order 1, 2, 4 and 8; those of order 8 are found from d as RFC 8032 §5.1 gives it, and not copied.</summary>
    [Fact]
    public void Points_of_small_order_are_refused_with_either_sign()
    {
        BigInteger[] ordinates = [0, 1, P - 1, .. OrdinatesOfOrderEight()];
        Assert.Equal(5, ordinates.Distinct().Count());
        foreach (var ordinate in ordinates)
        {
            Assert.False(Ed25519Strictness.IsAcceptablePoint(Bytes(ordinate)), $"{ordinate:x}");
            Assert.False(Ed25519Strictness.IsAcceptablePoint(Signed(ordinate)), $"{ordinate:x} with the sign");
        }
    }

    [Fact]
    public void S_is_below_the_group_order()
    {
        var point = Bytes(4);
        foreach (var s in new[] { 0, 1, L - 1, L - 256 })
        {
            Assert.True(Ed25519Strictness.Admits(point, [.. point, .. Bytes(s)]), $"{s}");
        }

        foreach (var s in new[] { L, L + 1, 2 * L, BigInteger.Pow(2, 253), BigInteger.Pow(2, 256) - 1 })
        {
            Assert.False(Ed25519Strictness.Admits(point, [.. point, .. Bytes(s)]), $"{s}");
        }
    }

    [Fact]
    public void Key_and_R_are_both_looked_at_and_lengths_are_exact()
    {
        var (point, bad) = (Bytes(4), Bytes(P));
        byte[] one = Bytes(1);
        Assert.True(Ed25519Strictness.Admits(point, [.. point, .. one]));
        Assert.False(Ed25519Strictness.Admits(bad, [.. point, .. one]));
        Assert.False(Ed25519Strictness.Admits(point, [.. bad, .. one]));
        Assert.False(Ed25519Strictness.Admits(one, [.. point, .. one]));
        Assert.False(Ed25519Strictness.Admits(point, [.. one, .. one]));
        Assert.False(Ed25519Strictness.Admits(point, [.. point, .. one[..31]]));
        Assert.False(Ed25519Strictness.Admits(point, [.. point, .. one, 0]));
        Assert.False(Ed25519Strictness.Admits(point, []));
        Assert.False(Ed25519Strictness.IsAcceptablePoint(point.AsSpan(..31)));
        Assert.False(Ed25519Strictness.IsAcceptablePoint([.. point, 0]));
        Assert.False(Ed25519Strictness.IsAcceptablePoint([]));
    }

    // A point of order 8 doubles to one with y = 0, so y² = −x²; with −x² + y² = 1 + d·x²·y² that gives d·y⁴ + 2·y² − 1 = 0.
    private static IEnumerable<BigInteger> OrdinatesOfOrderEight()
    {
        var d = Mod(-121665 * Inverse(121666));
        var root = SquareRoot(Mod(1 + d)) ?? throw new InvalidOperationException("1 + d is a square");
        foreach (var sign in new[] { root, Mod(-root) })
        {
            if (SquareRoot(Mod((sign - 1) * Inverse(d))) is { } y)
            {
                yield return y;
                yield return P - y;
            }
        }
    }

    private static BigInteger? SquareRoot(BigInteger value)
    {
        var candidate = BigInteger.ModPow(value, (P + 3) / 8, P);
        foreach (var root in new[] { candidate, Mod(candidate * BigInteger.ModPow(2, (P - 1) / 4, P)) })
        {
            if (Mod(root * root) == value)
            {
                return root;
            }
        }

        return null;
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);

    private static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        value.ToByteArray(isUnsigned: true).CopyTo(bytes, 0);
        return bytes;
    }

    private static byte[] Signed(BigInteger ordinate)
    {
        var bytes = Bytes(ordinate);
        bytes[31] |= 0x80;
        return bytes;
    }
}
