using System.Numerics;
using static Hallmark.Core.Signatures.Secp256k1.Secp256k1Curve;

namespace Hallmark.Core.Signatures.Secp256k1;

/// <summary>
/// A point of secp256k1 in Jacobian coordinates: the affine point (X/Z², Y/Z³), or the neutral one where Z is zero. For public numbers only: how long a step
/// takes depends on them.
/// </summary>
internal readonly record struct JacobianPoint(BigInteger X, BigInteger Y, BigInteger Z)
{
    /// <summary>The neutral element.</summary>
    public static JacobianPoint Neutral => new(BigInteger.One, BigInteger.One, BigInteger.Zero);

    /// <summary>Whether this is the neutral element.</summary>
    public bool IsNeutral => Z.IsZero;

    /// <summary>The point of that x whose y is odd or even as asked (SEC 1 §2.3.4).</summary>
    /// <returns>Null where the curve has no point of that x.</returns>
    public static JacobianPoint? Lift(BigInteger x, bool isOdd)
    {
        if (x >= Prime)
        {
            return null;
        }

        // The prime is 3 modulo 4, so a root is the power (p + 1) / 4 wherever there is one.
        var square = Mod((x * x * x) + 7, Prime);
        var y = BigInteger.ModPow(square, (Prime + 1) >> 2, Prime);
        if (Mod(y * y, Prime) != square)
        {
            return null;
        }

        return new JacobianPoint(x, y.IsEven == isOdd ? Prime - y : y, BigInteger.One);
    }

    /// <summary>u·P + v·Q.</summary>
    public static JacobianPoint Combine(BigInteger u, JacobianPoint p, BigInteger v, JacobianPoint q)
    {
        var both = p.Add(q);
        var sum = Neutral;
        for (var bit = (int)Math.Max(u.GetBitLength(), v.GetBitLength()) - 1; bit >= 0; bit--)
        {
            sum = sum.Double();
            sum = (!((u >> bit).IsEven), !((v >> bit).IsEven)) switch
            {
                (true, true) => sum.Add(both),
                (true, false) => sum.Add(p),
                (false, true) => sum.Add(q),
                _ => sum,
            };
        }

        return sum;
    }

    /// <summary>The affine coordinates.</summary>
    /// <exception cref="InvalidOperationException">The neutral element has none.</exception>
    public (BigInteger X, BigInteger Y) ToAffine()
    {
        if (IsNeutral)
        {
            throw new InvalidOperationException("The neutral element has no affine coordinates.");
        }

        var inverse = Invert(Z, Prime);
        var square = Mod(inverse * inverse, Prime);
        return (Mod(X * square, Prime), Mod(Y * square * inverse, Prime));
    }

    private JacobianPoint Double()
    {
        if (IsNeutral)
        {
            return this;
        }

        // "dbl-2009-l" for curves with a = 0. No point of this curve has y = 0: its order is odd.
        var a = Mod(X * X, Prime);
        var b = Mod(Y * Y, Prime);
        var c = Mod(b * b, Prime);
        var d = Mod(2 * (((X + b) * (X + b)) - a - c), Prime);
        var e = 3 * a;
        var x = Mod((e * e) - (2 * d), Prime);
        return new JacobianPoint(x, Mod((e * (d - x)) - (8 * c), Prime), Mod(2 * Y * Z, Prime));
    }

    private JacobianPoint Add(JacobianPoint other)
    {
        if (IsNeutral || other.IsNeutral)
        {
            return IsNeutral ? other : this;
        }

        var z1 = Mod(Z * Z, Prime);
        var z2 = Mod(other.Z * other.Z, Prime);
        var u1 = Mod(X * z2, Prime);
        var u2 = Mod(other.X * z1, Prime);
        var s1 = Mod(Y * other.Z * z2, Prime);
        var s2 = Mod(other.Y * Z * z1, Prime);
        var h = Mod(u2 - u1, Prime);
        var r = Mod(s2 - s1, Prime);
        if (h.IsZero)
        {
            return r.IsZero ? Double() : Neutral;
        }

        var hh = Mod(h * h, Prime);
        var hhh = Mod(h * hh, Prime);
        var v = Mod(u1 * hh, Prime);
        var x = Mod((r * r) - hhh - (2 * v), Prime);
        return new JacobianPoint(x, Mod((r * (v - x)) - (s1 * hhh), Prime), Mod(Z * other.Z * h, Prime));
    }
}
