using System.Buffers.Binary;

namespace Hallmark.Core.Signatures.Managed;

/// <summary>
/// A number modulo the group order L (RFC 8032 §5.1) in four limbs of 64 bits, least first. Arithmetic is Montgomery's, without branches on the value.
/// </summary>
internal readonly struct Scalar
{
    private const ulong Order0 = 0x5812631a5cf5d3ed;
    private const ulong Order1 = 0x14def9dea2f79cd6;
    private const ulong Order2 = 0;
    private const ulong Order3 = 0x1000000000000000;

    /// <summary>−1/L modulo 2^64.</summary>
    private const ulong OrderInverse = 0xd2b51da312547e1b;

    private readonly ulong _l0;
    private readonly ulong _l1;
    private readonly ulong _l2;
    private readonly ulong _l3;

    private Scalar(ulong l0, ulong l1, ulong l2, ulong l3) => (_l0, _l1, _l2, _l3) = (l0, l1, l2, l3);

    /// <summary>2^512 modulo L.</summary>
    private static Scalar MontgomerySquare => new(0xa40611e3449c0f01, 0xd00e1ba768859347, 0xceec73d217f5be65, 0x0399411b7c309a3d);

    private static Scalar One => new(1, 0, 0, 0);

    /// <summary>32 little-endian bytes as they are, not reduced.</summary>
    public static Scalar FromBytes(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..])
        );

    /// <summary>64 little-endian bytes modulo L: a SHA-512 digest as a scalar.</summary>
    public static Scalar Reduce(ReadOnlySpan<byte> wide)
    {
        // high · 2^256 + low, where the Montgomery product of high with 2^512 is already high · 2^256.
        var low = MontgomeryMultiply(MontgomeryMultiply(FromBytes(wide), MontgomerySquare), One);
        return low + MontgomeryMultiply(FromBytes(wide[32..]), MontgomerySquare);
    }

    /// <summary>Sum of two scalars below L.</summary>
    public static Scalar operator +(in Scalar a, in Scalar b)
    {
        unchecked
        {
            // Below 2L, so below 2^254: no carry leaves the top limb.
            var s0 = (UInt128)a._l0 + b._l0;
            var s1 = (UInt128)a._l1 + b._l1 + (ulong)(s0 >> 64);
            var s2 = (UInt128)a._l2 + b._l2 + (ulong)(s1 >> 64);
            var s3 = a._l3 + b._l3 + (ulong)(s2 >> 64);
            return SubtractOrderOnce((ulong)s0, (ulong)s1, (ulong)s2, s3);
        }
    }

    /// <summary>Product modulo L; <paramref name="a"/> may be any number below 2^256, <paramref name="b"/> too.</summary>
    public static Scalar operator *(in Scalar a, in Scalar b) => MontgomeryMultiply(b, MontgomeryMultiply(a, MontgomerySquare));

    /// <summary>Writes 32 little-endian bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _l0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _l1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _l2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _l3);
    }

    /// <summary>Digits −8…7 to the base 16, least first: the sum of digit[i]·16^i is this scalar, which must be below 2^255. The last may be 8.</summary>
    /// <param name="digits">Receives 64 digits.</param>
    public void ToSignedNibbles(Span<sbyte> digits)
    {
        unchecked
        {
            Span<byte> bytes = stackalloc byte[32];
            WriteTo(bytes);
            var carry = 0;
            for (var i = 0; i < 63; i++)
            {
                var digit = ((bytes[i >> 1] >> (4 * (i & 1))) & 15) + carry;
                carry = (digit + 8) >> 4;
                digits[i] = (sbyte)(digit - (carry << 4));
            }

            digits[63] = (sbyte)((bytes[31] >> 4) + carry);
            bytes.Clear();
        }
    }

    /// <summary>Sparse odd digits for public scalars: every non-zero digit is odd, below 2^(width−1) in size, and followed by width − 1 zeroes.</summary>
    /// <param name="width">5 to 8.</param>
    /// <param name="digits">Receives 256 digits, least first.</param>
    public void ToSparseDigits(int width, Span<sbyte> digits)
    {
        unchecked
        {
            digits.Clear();
            ReadOnlySpan<ulong> limbs = [_l0, _l1, _l2, _l3, 0];
            var position = 0;
            var carry = 0UL;
            while (position < 256)
            {
                var limb = position >> 6;
                var shift = position & 63;
                var window = limbs[limb] >> shift;
                if (shift + width > 64)
                {
                    window |= limbs[limb + 1] << (64 - shift);
                }

                window = carry + (window & ((1UL << width) - 1));
                if ((window & 1) == 0)
                {
                    position++;
                    continue;
                }

                carry = window >> (width - 1);
                digits[position] = (sbyte)((int)window - ((int)carry << width));
                position += width;
            }
        }
    }

    /// <summary>a·b/2^256 modulo L, for a below 2^256 and b below L (or the reverse).</summary>
    private static Scalar MontgomeryMultiply(in Scalar a, in Scalar b)
    {
        unchecked
        {
            ReadOnlySpan<ulong> factors = [a._l0, a._l1, a._l2, a._l3];
            ulong t0 = 0,
                t1 = 0,
                t2 = 0,
                t3 = 0,
                t4 = 0;
            foreach (var factor in factors)
            {
                var c = Math.BigMul(factor, b._l0) + t0;
                t0 = (ulong)c;
                c = Math.BigMul(factor, b._l1) + t1 + (ulong)(c >> 64);
                t1 = (ulong)c;
                c = Math.BigMul(factor, b._l2) + t2 + (ulong)(c >> 64);
                t2 = (ulong)c;
                c = Math.BigMul(factor, b._l3) + t3 + (ulong)(c >> 64);
                t3 = (ulong)c;
                var top = (UInt128)t4 + (ulong)(c >> 64);

                var m = t0 * OrderInverse;
                c = Math.BigMul(m, Order0) + t0;
                c = Math.BigMul(m, Order1) + t1 + (ulong)(c >> 64);
                t0 = (ulong)c;
                c = Math.BigMul(m, Order2) + t2 + (ulong)(c >> 64);
                t1 = (ulong)c;
                c = Math.BigMul(m, Order3) + t3 + (ulong)(c >> 64);
                t2 = (ulong)c;
                top += (ulong)(c >> 64);
                t3 = (ulong)top;
                t4 = (ulong)(top >> 64);
            }

            // Below 2L.
            return SubtractOrderOnce(t0, t1, t2, t3);
        }
    }

    private static Scalar SubtractOrderOnce(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        unchecked
        {
            var d0 = (UInt128)l0 - Order0;
            var d1 = (UInt128)l1 - Order1 - (ulong)((d0 >> 64) & 1);
            var d2 = (UInt128)l2 - Order2 - (ulong)((d1 >> 64) & 1);
            var d3 = (UInt128)l3 - Order3 - (ulong)((d2 >> 64) & 1);
            var keep = 0UL - (ulong)((d3 >> 64) & 1);
            return new Scalar(
                (l0 & keep) | ((ulong)d0 & ~keep),
                (l1 & keep) | ((ulong)d1 & ~keep),
                (l2 & keep) | ((ulong)d2 & ~keep),
                (l3 & keep) | ((ulong)d3 & ~keep)
            );
        }
    }
}
