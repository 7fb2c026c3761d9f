using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hallmark.Core.Signatures.Managed;

/// <summary>
/// A number modulo p = 2^255 − 19 (RFC 8032 §5.1) in five limbs of 51 bits, least first. No operation branches or looks up memory by the value.
/// Products, differences and decoded numbers have limbs below 2^52; sums are not carried, and a factor or a subtrahend may have limbs below 2^54 − 2^8,
/// so that it may be the sum of three of these.
/// </summary>
internal readonly struct FieldElement
{
    private const ulong Mask = (1UL << 51) - 1;

    private readonly ulong _l0;
    private readonly ulong _l1;
    private readonly ulong _l2;
    private readonly ulong _l3;
    private readonly ulong _l4;

    public FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) => (_l0, _l1, _l2, _l3, _l4) = (l0, l1, l2, l3, l4);

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0, 0);

    /// <summary>The low 255 bits of 32 little-endian bytes; the top bit is left out.</summary>
    public static FieldElement FromBytes(ReadOnlySpan<byte> bytes)
    {
        var w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        var w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new FieldElement(
            w0 & Mask,
            ((w0 >> 51) | (w1 << 13)) & Mask,
            ((w1 >> 38) | (w2 << 26)) & Mask,
            ((w2 >> 25) | (w3 << 39)) & Mask,
            (w3 >> 12) & Mask
        );
    }

    /// <summary>Writes the one number below p that this stands for, 32 bytes little-endian.</summary>
    public void WriteTo(Span<byte> destination)
    {
        unchecked
        {
            var t = Carry(_l0, _l1, _l2, _l3, _l4);

            // Now below 2^255 + 2^13 · 19: one more p to take away at most, found by adding 19 and watching bit 255.
            var q = (t._l0 + 19) >> 51;
            q = (t._l1 + q) >> 51;
            q = (t._l2 + q) >> 51;
            q = (t._l3 + q) >> 51;
            q = (t._l4 + q) >> 51;
            var l0 = t._l0 + (19 * q);
            var l1 = t._l1 + (l0 >> 51);
            var l2 = t._l2 + (l1 >> 51);
            var l3 = t._l3 + (l2 >> 51);
            var l4 = t._l4 + (l3 >> 51);
            l0 &= Mask;
            l1 &= Mask;
            l2 &= Mask;
            l3 &= Mask;
            l4 &= Mask;
            BinaryPrimitives.WriteUInt64LittleEndian(destination, l0 | (l1 << 51));
            BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], (l1 >> 13) | (l2 << 38));
            BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], (l2 >> 26) | (l3 << 25));
            BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], (l3 >> 39) | (l4 << 12));
        }
    }

    /// <summary>Whether the number is odd: the "sign" of RFC 8032.</summary>
    public bool IsOdd()
    {
        Span<byte> bytes = stackalloc byte[32];
        WriteTo(bytes);
        return (bytes[0] & 1) != 0;
    }

    public bool IsZero()
    {
        Span<byte> bytes = stackalloc byte[32];
        WriteTo(bytes);
        var sum = 0;
        foreach (var b in bytes)
        {
            sum |= b;
        }

        return sum == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator +(in FieldElement a, in FieldElement b) =>
        unchecked(new FieldElement(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator -(in FieldElement a, in FieldElement b)
    {
        // 8p is added limb by limb, so that no limb goes below zero.
        const ulong Low = (Mask - 18) << 3;
        const ulong High = Mask << 3;
        return unchecked(
            Carry(a._l0 + Low - b._l0, a._l1 + High - b._l1, a._l2 + High - b._l2, a._l3 + High - b._l3, a._l4 + High - b._l4)
        );
    }

    public static FieldElement operator -(in FieldElement a) => Zero - a;

    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        unchecked
        {
            ulong a0 = a._l0,
                a1 = a._l1,
                a2 = a._l2,
                a3 = a._l3,
                a4 = a._l4;
            ulong b0 = b._l0,
                b1 = b._l1,
                b2 = b._l2,
                b3 = b._l3,
                b4 = b._l4;
            ulong a1x = a1 * 19,
                a2x = a2 * 19,
                a3x = a3 * 19,
                a4x = a4 * 19;
            var r0 = Math.BigMul(a0, b0) + Math.BigMul(a1x, b4) + Math.BigMul(a2x, b3) + Math.BigMul(a3x, b2) + Math.BigMul(a4x, b1);
            var r1 = Math.BigMul(a0, b1) + Math.BigMul(a1, b0) + Math.BigMul(a2x, b4) + Math.BigMul(a3x, b3) + Math.BigMul(a4x, b2);
            var r2 = Math.BigMul(a0, b2) + Math.BigMul(a1, b1) + Math.BigMul(a2, b0) + Math.BigMul(a3x, b4) + Math.BigMul(a4x, b3);
            var r3 = Math.BigMul(a0, b3) + Math.BigMul(a1, b2) + Math.BigMul(a2, b1) + Math.BigMul(a3, b0) + Math.BigMul(a4x, b4);
            var r4 = Math.BigMul(a0, b4) + Math.BigMul(a1, b3) + Math.BigMul(a2, b2) + Math.BigMul(a3, b1) + Math.BigMul(a4, b0);
            return Reduce(r0, r1, r2, r3, r4);
        }
    }

    public FieldElement Square()
    {
        unchecked
        {
            ulong a0 = _l0,
                a1 = _l1,
                a2 = _l2,
                a3 = _l3,
                a4 = _l4;
            ulong a0d = a0 * 2,
                a1d = a1 * 2,
                a3x = a3 * 19,
                a4x = a4 * 19;
            var r0 = Math.BigMul(a0, a0) + Math.BigMul(a1d, a4x) + Math.BigMul(a2 * 2, a3x);
            var r1 = Math.BigMul(a0d, a1) + Math.BigMul(a2 * 2, a4x) + Math.BigMul(a3, a3x);
            var r2 = Math.BigMul(a0d, a2) + Math.BigMul(a1, a1) + Math.BigMul(a3 * 2, a4x);
            var r3 = Math.BigMul(a0d, a3) + Math.BigMul(a1d, a2) + Math.BigMul(a4, a4x);
            var r4 = Math.BigMul(a0d, a4) + Math.BigMul(a1d, a3) + Math.BigMul(a2, a2);
            return Reduce(r0, r1, r2, r3, r4);
        }
    }

    /// <summary>a^(2^count).</summary>
    public FieldElement Square(int count)
    {
        var result = this;
        for (var i = 0; i < count; i++)
        {
            result = result.Square();
        }

        return result;
    }

    /// <summary>1/a = a^(p − 2); 0 for 0.</summary>
    public FieldElement Invert()
    {
        var (a250, a11) = PowersOfOnes();
        return a250.Square(5) * a11;
    }

    /// <summary>a^((p − 5)/8), the heart of the square root of RFC 8032 §5.1.3.</summary>
    public FieldElement PowerForRoot() => PowersOfOnes().A250.Square(2) * this;

    /// <summary><paramref name="other"/> where <paramref name="mask"/> is all ones, this where it is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldElement Select(in FieldElement other, ulong mask) =>
        new(
            _l0 ^ (mask & (_l0 ^ other._l0)),
            _l1 ^ (mask & (_l1 ^ other._l1)),
            _l2 ^ (mask & (_l2 ^ other._l2)),
            _l3 ^ (mask & (_l3 ^ other._l3)),
            _l4 ^ (mask & (_l4 ^ other._l4))
        );

    /// <summary>a^(2^250 − 1) and a^11.</summary>
    private (FieldElement A250, FieldElement A11) PowersOfOnes()
    {
        var a2 = Square();
        var a9 = this * a2.Square(2);
        var a11 = a9 * a2;
        var a5 = a11.Square() * a9;
        var a10 = a5.Square(5) * a5;
        var a20 = a10.Square(10) * a10;
        var a40 = a20.Square(20) * a20;
        var a50 = a40.Square(10) * a10;
        var a100 = a50.Square(50) * a50;
        var a200 = a100.Square(100) * a100;
        return (a200.Square(50) * a50, a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Reduce(UInt128 r0, UInt128 r1, UInt128 r2, UInt128 r3, UInt128 r4)
    {
        unchecked
        {
            r1 += (ulong)(r0 >> 51);
            r2 += (ulong)(r1 >> 51);
            r3 += (ulong)(r2 >> 51);
            r4 += (ulong)(r3 >> 51);
            var l0 = ((ulong)r0 & Mask) + (19 * (ulong)(r4 >> 51));
            return new FieldElement(l0 & Mask, ((ulong)r1 & Mask) + (l0 >> 51), (ulong)r2 & Mask, (ulong)r3 & Mask, (ulong)r4 & Mask);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Carry(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        unchecked
        {
            l1 += l0 >> 51;
            l2 += l1 >> 51;
            l3 += l2 >> 51;
            l4 += l3 >> 51;
            l0 = (l0 & Mask) + (19 * (l4 >> 51));
            return new FieldElement(l0, l1 & Mask, l2 & Mask, l3 & Mask, l4 & Mask);
        }
    }
}
