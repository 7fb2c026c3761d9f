namespace Hallmark.Core.Signatures;

/// <summary>
/// What stands in front of every backend, so that all of them give the same answer: libraries differ in which odd points and scalars they let pass.
/// What passes here is decided by the cofactor-less equation alone, in the form "the encoding of S·B − k·A equals the 32 bytes of R".
/// </summary>
internal static class Ed25519Strictness
{
    /// <summary>The group order L = 2^252 + 27742317777372353535851937790883648493, little-endian.</summary>
    private static ReadOnlySpan<byte> GroupOrder =>
        [
            0xed,
            0xd3,
            0xf5,
            0x5c,
            0x1a,
            0x63,
            0x12,
            0x58,
            0xd6,
            0x9c,
            0xf7,
            0xa2,
            0xde,
            0xf9,
            0xde,
            0x14,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0x10,
        ];

    /// <summary>The field prime p = 2^255 − 19, little-endian.</summary>
    private static ReadOnlySpan<byte> FieldPrime =>
        [
            0xed,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0x7f,
        ];

    /// <summary>The y coordinates of the eight points of small order, without the sign of x: 0, 1, p − 1, and the two of order eight.</summary>
    private static readonly byte[][] SmallOrderOrdinates =
    [
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Convert.FromHexString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ];

    /// <summary>Whether key and signature are worth the equation: right lengths, S below L, A and R canonical and not of small order.</summary>
    public static bool Admits(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signature) =>
        signature.Length == Ed25519PublicKey.SignatureSizeInBytes
        && IsBelow(signature[32..], GroupOrder)
        && IsAcceptablePoint(publicKey)
        && IsAcceptablePoint(signature[..32]);

    /// <summary>
    /// Whether 32 bytes can stand for a point at all: y below p, and not of small order. That leaves no encoding with x = 0, so the one remaining
    /// non-canonical form (a sign bit on x = 0) is refused too. It does not say that the point is on the curve.
    /// </summary>
    public static bool IsAcceptablePoint(ReadOnlySpan<byte> point)
    {
        if (point.Length != Ed25519PublicKey.SizeInBytes)
        {
            return false;
        }

        Span<byte> ordinate = stackalloc byte[Ed25519PublicKey.SizeInBytes];
        point.CopyTo(ordinate);
        ordinate[31] &= 0x7f;
        if (!IsBelow(ordinate, FieldPrime))
        {
            return false;
        }

        foreach (var small in SmallOrderOrdinates)
        {
            if (ordinate.SequenceEqual(small))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBelow(ReadOnlySpan<byte> value, ReadOnlySpan<byte> bound)
    {
        for (var i = 31; i >= 0; i--)
        {
            if (value[i] != bound[i])
            {
                return value[i] < bound[i];
            }
        }

        return false;
    }
}
