using System.Numerics;
using System.Security.Cryptography;

namespace Hallmark.Core.Signatures.Secp256k1;

/// <summary>The numbers of the curve secp256k1 (SEC 2 §2.4.1): y² = x³ + 7.</summary>
internal static class Secp256k1Curve
{
    /// <summary>Size of a coordinate and of a scalar, in bytes.</summary>
    public const int FieldSize = 32;

    /// <summary>The field's prime.</summary>
    public static readonly BigInteger Prime = FromHex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");

    /// <summary>The order of the group.</summary>
    public static readonly BigInteger Order = FromHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    /// <summary>The largest S that is low: half the order, rounded down.</summary>
    public static readonly BigInteger HalfOrder = Order >> 1;

    /// <summary>The base point.</summary>
    public static readonly JacobianPoint BasePoint = new(
        FromHex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
        FromHex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"),
        BigInteger.One
    );

    /// <summary>The curve as the base library names it.</summary>
    public static ECCurve Named => ECCurve.CreateFromValue("1.3.132.0.10");

    /// <summary>The number of some big-endian bytes.</summary>
    public static BigInteger Read(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    /// <summary>Writes a number below 2^256 as 32 big-endian bytes.</summary>
    public static void Write(BigInteger value, Span<byte> destination32)
    {
        destination32.Clear();
        var size = value.GetByteCount(isUnsigned: true);
        value.TryWriteBytes(destination32[(FieldSize - size)..], out _, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>The remainder from 0 to the modulus, also of a negative number.</summary>
    public static BigInteger Mod(BigInteger value, BigInteger modulus)
    {
        var remainder = BigInteger.Remainder(value, modulus);
        return remainder.Sign < 0 ? remainder + modulus : remainder;
    }

    /// <summary>The inverse modulo a prime.</summary>
    public static BigInteger Invert(BigInteger value, BigInteger prime) => BigInteger.ModPow(value, prime - 2, prime);

    private static BigInteger FromHex(string hex) => Read(Convert.FromHexString(hex));
}
