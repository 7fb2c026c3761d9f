namespace Hallmark.Core.Signatures.Managed;

/// <summary>
/// A point of edwards25519 in extended coordinates (RFC 8032 §5.1.4): x = X/Z, y = Y/Z, x·y = T/Z. The addition formulas are complete: they hold for
/// equal, opposite and neutral points too.
/// </summary>
internal readonly struct EdwardsPoint
{
    private static readonly FieldElement CurveD = new(0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff);
    private static readonly FieldElement CurveDoubleD = new(
        0x69b9426b2f159,
        0x35050762add7a,
        0x3cf44c0038052,
        0x6738cc7407977,
        0x2406d9dc56dff
    );
    private static readonly FieldElement RootOfMinusOne = new(
        0x61b274a0ea0b0,
        0x0d5a5fc8f189d,
        0x7ef5e9cbd0c60,
        0x78595a6804c9e,
        0x2b8324804fc1d
    );

    private readonly FieldElement _x;
    private readonly FieldElement _y;
    private readonly FieldElement _z;
    private readonly FieldElement _t;

    private EdwardsPoint(in FieldElement x, in FieldElement y, in FieldElement z, in FieldElement t) => (_x, _y, _z, _t) = (x, y, z, t);

    /// <summary>The neutral element (0, 1).</summary>
    public static EdwardsPoint Identity => new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>The base point B.</summary>
    public static EdwardsPoint Base { get; } =
        FromAffine(
            new FieldElement(0x62d608f25d51a, 0x412a4b4f6592a, 0x75b7171a4b31d, 0x1ff60527118fe, 0x216936d3cd6e5),
            new FieldElement(0x6666666666658, 0x4cccccccccccc, 0x1999999999999, 0x3333333333333, 0x6666666666666)
        );

    /// <summary>Decodes 32 bytes (RFC 8032 §5.1.3), except that y is taken modulo p: canonical form is checked at the door.</summary>
    /// <returns>False where no point of the curve has this y.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out EdwardsPoint point)
    {
        var y = FieldElement.FromBytes(bytes);
        var square = y.Square();
        var numerator = square - FieldElement.One;
        var denominator = (CurveD * square) + FieldElement.One;
        var cube = denominator.Square() * denominator;
        var x = numerator * cube * (cube.Square() * denominator * numerator).PowerForRoot();
        var check = denominator * x.Square();
        if (!(check - numerator).IsZero())
        {
            if (!(check + numerator).IsZero())
            {
                point = default;
                return false;
            }

            x *= RootOfMinusOne;
        }

        point = FromAffine(x.IsOdd() == (bytes[31] & 0x80) > 0 ? x : -x, y);
        return true;
    }

    /// <summary>Encodes the point (RFC 8032 §5.1.2).</summary>
    /// <param name="destination">32 bytes.</param>
    public void Encode(Span<byte> destination)
    {
        var inverse = _z.Invert();
        (_y * inverse).WriteTo(destination);
        destination[31] |= (byte)((_x * inverse).IsOdd() ? 0x80 : 0);
    }

    /// <summary>−P.</summary>
    public EdwardsPoint Negate() => new(-_x, _y, _z, -_t);

    /// <summary>2P.</summary>
    /// <param name="withT">False leaves T undefined, where the next operation is another doubling or the encoding.</param>
    public EdwardsPoint Double(bool withT = true)
    {
        var a = _x.Square();
        var b = _y.Square();
        var zSquare = _z.Square();
        var h = a + b;
        var e = h - (_x + _y).Square();
        var g = a - b;
        var f = g + zSquare + zSquare;
        return new EdwardsPoint(e * f, g * h, f * g, withT ? e * h : default);
    }

    /// <summary>P + Q.</summary>
    public EdwardsPoint Add(in CachedPoint other, bool withT = true)
    {
        var a = (_y - _x) * other.YMinusX;
        var b = (_y + _x) * other.YPlusX;
        var c = _t * other.T2D;
        var zz = _z * other.Z;
        var d = zz + zz;
        return Complete(b - a, d - c, d + c, b + a, withT);
    }

    /// <summary>P − Q.</summary>
    public EdwardsPoint Subtract(in CachedPoint other, bool withT = true) => Add(other.Negate(), withT);

    /// <summary>The point as the right-hand side of additions.</summary>
    public CachedPoint ToCached() => new(_y + _x, _y - _x, _z, _t * CurveDoubleD);

    /// <summary>The same with Z = 1, which saves a multiplication in each addition; costs an inversion.</summary>
    public CachedPoint ToAffineCached()
    {
        var inverse = _z.Invert();
        return FromAffine(_x * inverse, _y * inverse).ToCached();
    }

    private static EdwardsPoint FromAffine(in FieldElement x, in FieldElement y) => new(x, y, FieldElement.One, x * y);

    private static EdwardsPoint Complete(in FieldElement e, in FieldElement f, in FieldElement g, in FieldElement h, bool withT) =>
        new(e * f, g * h, f * g, withT ? e * h : default);
}
