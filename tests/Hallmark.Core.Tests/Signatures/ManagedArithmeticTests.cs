using System.Numerics;
using Hallmark.Core.Signatures.Managed;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>The field and the scalars of the managed backend against plain big integers, at the edges and at random.</summary>
public sealed class ManagedArithmeticTests
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", null);

    private static IEnumerable<BigInteger> Numbers(BigInteger modulus)
    {
        BigInteger[] edges =
        [
            0,
            1,
            2,
            18,
            19,
            20,
            modulus - 2,
            modulus - 1,
            modulus,
            modulus + 1,
            BigInteger.Pow(2, 255) - 1,
            BigInteger.Pow(2, 51) - 1,
            BigInteger.Pow(2, 204),
        ];
        var random = new Random(25519);
        return edges.Concat(
            Enumerable
                .Range(0, 60)
                .Select(_ =>
                {
                    var bytes = new byte[32];
                    random.NextBytes(bytes);
                    bytes[31] &= 0x7f;
                    return new BigInteger(bytes, isUnsigned: true);
                })
        );
    }

    [Fact]
    public void Field_operations_are_arithmetic_modulo_p()
    {
        foreach (var a in Numbers(P))
        {
            var x = FieldElement.FromBytes(Bytes(a, 32));
            Assert.Equal(a % P, Value(x));
            Assert.Equal(a * a % P, Value(x.Square()));
            Assert.Equal((P - (a % P)) % P, Value(-x));
            Assert.Equal(BigInteger.ModPow(a, P - 2, P), Value(x.Invert()));
            Assert.Equal(BigInteger.ModPow(a, (P - 5) / 8, P), Value(x.PowerForRoot()));
            Assert.Equal((a % P).IsZero, x.IsZero());
            Assert.Equal(!(a % P).IsEven, x.IsOdd());
            foreach (var b in Numbers(P))
            {
                var y = FieldElement.FromBytes(Bytes(b, 32));
                Assert.Equal((a + b) % P, Value(x + y));
                Assert.Equal((a + P + P - b) % P, Value(x - y));
                Assert.Equal(a * b % P, Value(x * y));
                Assert.Equal((a + b + b) * (a + b) % P, Value((x + y + y) * (x + y)));
                Assert.Equal((a + b + b) * (a + b + b) % P, Value((x + y + y).Square()));
            }
        }
    }

    [Fact]
    public void Scalar_operations_are_arithmetic_modulo_L()
    {
        foreach (var a in Numbers(L))
        {
            foreach (var b in Numbers(L))
            {
                Assert.Equal(a * b % L, Value(Scalar.FromBytes(Bytes(a, 32)) * Scalar.FromBytes(Bytes(b, 32))));
                Assert.Equal(((a % L) + (b % L)) % L, Value(Scalar.FromBytes(Bytes(a % L, 32)) + Scalar.FromBytes(Bytes(b % L, 32))));
                Assert.Equal(((a << 256) + b) % L, Value(Scalar.Reduce(Bytes((a << 256) + b, 64))));
            }
        }

        var full = (BigInteger.One << 512) - 1;
        Assert.Equal(full % L, Value(Scalar.Reduce(Bytes(full, 64))));
    }

    [Fact]
    public void Digits_add_up_to_their_scalar()
    {
        var nibbles = new sbyte[64];
        var sparse = new sbyte[256];
        foreach (var a in Numbers(L))
        {
            Scalar.FromBytes(Bytes(a, 32)).ToSignedNibbles(nibbles);
            Assert.Equal(a, Sum(nibbles, 4));
            Assert.All(nibbles, digit => Assert.InRange(digit, (sbyte)-8, (sbyte)8));
            for (var width = 5; width <= 8; width++)
            {
                Scalar.FromBytes(Bytes(a % L, 32)).ToSparseDigits(width, sparse);
                Assert.Equal(a % L, Sum(sparse, 1));
                var bound = (sbyte)((1 << (width - 1)) - 1);
                Assert.All(sparse, digit => Assert.True(digit == 0 || ((digit & 1) == 1 && Math.Abs((int)digit) <= bound)));
            }
        }
    }

    [Fact]
    public void The_group_order_times_the_base_point_is_the_neutral_element()
    {
        var encoded = new byte[32];
        BasePointTables.Multiply(Scalar.FromBytes(Bytes(L, 32))).Encode(encoded);
        Assert.Equal(Bytes(1, 32), encoded);
        BasePointTables.Multiply(Scalar.FromBytes(Bytes(1, 32))).Encode(encoded);
        Assert.Equal("5866666666666666666666666666666666666666666666666666666666666666", Convert.ToHexStringLower(encoded));
    }

    [Fact]
    public void A_point_decodes_to_itself_and_half_of_all_ordinates_are_no_point()
    {
        var points = 0;
        foreach (var y in Numbers(P).Where(y => y < P))
        {
            var bytes = Bytes(y, 32);
            if (EdwardsPoint.TryDecode(bytes, out var point))
            {
                points++;
                var encoded = new byte[32];
                point.Encode(encoded);
                Assert.Equal(bytes, encoded);
                point.Negate().Negate().Double().Subtract(point.ToCached()).Encode(encoded);
                Assert.Equal(bytes, encoded);
            }
        }

        Assert.InRange(points, 15, 60);
    }

    private static BigInteger Sum(sbyte[] digits, int shift)
    {
        var sum = BigInteger.Zero;
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            sum = (sum << shift) + digits[i];
        }

        return sum;
    }

    private static byte[] Bytes(BigInteger value, int length)
    {
        var bytes = new byte[length];
        Assert.True(value.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }

    private static BigInteger Value(in FieldElement element)
    {
        var bytes = new byte[32];
        element.WriteTo(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }

    private static BigInteger Value(in Scalar scalar)
    {
        var bytes = new byte[32];
        scalar.WriteTo(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }
}
