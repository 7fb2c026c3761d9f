using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Hallmark.Core.Signatures.Secp256k1;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>Keys out of signatures on secp256k1 (SEC 1 §4.1.6): the base library judges each key that comes out, and the curve's own equation says where none may.</summary>
public sealed class Secp256k1RecoveryTests
{
    // SEC 2 §2.4.1, written here a second time.
    private static readonly BigInteger Prime = Number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    private static readonly BigInteger Order = Number("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    private static readonly BigInteger BaseX = Number("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static readonly BigInteger BaseY = Number("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");

    /// <summary>For any numbers in their bounds the key that comes out is one under which the base library verifies them, with either recovery number, and the two differ.</summary>
    [Fact]
    public void Whatever_is_recovered_from_any_numbers_verifies_by_the_base_library()
    {
        var random = new Random(20261121);
        var recovered = 0;
        for (var round = 0; round < 60; round++)
        {
            var (r, s, digest) = (Below(random, Order), Below(random, (Order / 2) + 1), new byte[32]);
            random.NextBytes(digest);
            var even = Recover(digest, r, s, 27);
            var odd = Recover(digest, r, s, 28);
            Assert.Equal(IsOnCurve(r), even is not null);
            Assert.Equal(even is null, odd is null);
            if (even is null || odd is null)
            {
                continue;
            }

            recovered++;
            Assert.NotEqual(even, odd);
            foreach (var key in new[] { even, odd })
            {
                Assert.Equal(4, key[0]);
                using var verifier = ECDsa.Create(
                    new ECParameters
                    {
                        Curve = ECCurve.CreateFromValue("1.3.132.0.10"),
                        Q = new ECPoint { X = key[1..33], Y = key[33..] },
                    }
                );
                Assert.True(verifier.VerifyHash(digest, (byte[])[.. Bytes(r), .. Bytes(s)]));
            }
        }

        Assert.InRange(recovered, 10, 50);
    }

    /// <summary>About half of all x are no point's: those for which x³ + 7 is no square (Euler's criterion).</summary>
    [Fact]
    public void A_key_comes_out_exactly_where_the_curve_has_a_point_of_that_x()
    {
        var digest = SHA256.HashData("digest"u8);
        for (var x = 1; x <= 60; x++)
        {
            Assert.Equal(IsOnCurve(x), Recover(digest, x, 5, 27) is not null);
            Assert.Equal(IsOnCurve(Order - x), Recover(digest, Order - x, 5, 28) is not null);
        }
    }

    [Fact]
    public void S_goes_from_1_to_half_of_the_order_and_R_from_1_to_below_it()
    {
        var digest = SHA256.HashData("digest"u8);
        var half = Order / 2;
        Assert.NotNull(Recover(digest, BaseX, 1, 27));
        Assert.NotNull(Recover(digest, BaseX, half, 27));
        foreach (var s in new[] { BigInteger.Zero, half + 1, Order - 1, Order, Order + 1, (BigInteger.One << 256) - 1 })
        {
            Assert.Null(Recover(digest, BaseX, s, 27));
        }

        Assert.NotNull(Recover(digest, 1, 5, 27));
        foreach (var r in new[] { BigInteger.Zero, Order, Order + 1, Prime - 1, Prime, Prime + 1, (BigInteger.One << 256) - 1 })
        {
            Assert.Null(Recover(digest, r, 5, 27));
        }
    }

    /// <summary>Q = (s·R − z·G) / r. Where R is the base point and s the digest itself, that is no point at all; with the other y it is −2z·G / r.</summary>
    [Fact]
    public void A_signature_that_leads_to_the_neutral_element_has_no_key()
    {
        Assert.True(BaseY.IsEven);
        var digest = Bytes(5);
        Assert.Null(Recover(digest, BaseX, 5, 27));
        Assert.NotNull(Recover(digest, BaseX, 5, 28));
        Assert.NotNull(Recover(digest, BaseX, 6, 27));
    }

    /// <summary>R = G and z = 0 gives s·G / r: with s = r, and r low enough, the base point itself.</summary>
    [Fact]
    public void The_base_point_comes_out_where_the_equation_says_so()
    {
        Assert.True(BaseX < Order / 2);
        Assert.Equal((byte[])[4, .. Bytes(BaseX), .. Bytes(BaseY)], Recover(new byte[32], BaseX, BaseX, 27));
        Assert.Equal((byte[])[4, .. Bytes(BaseX), .. Bytes(Prime - BaseY)], Recover(new byte[32], BaseX, BaseX, 28));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(66)]
    public void A_signature_of_another_length_is_none_and_other_spans_of_another_length_are_the_callers_error(int length)
    {
        var key = new byte[65];
        Array.Fill(key, (byte)7);
        Assert.False(RecoverableSignature.TryRecover(new byte[32], new byte[length], key));
        Assert.Equal(new byte[65], key);
        Assert.Throws<ArgumentException>(() => RecoverableSignature.TryRecover(new byte[31], new byte[65], new byte[65]));
        Assert.Throws<ArgumentException>(() => RecoverableSignature.TryRecover(new byte[33], new byte[65], new byte[65]));
        Assert.Throws<ArgumentException>(() => RecoverableSignature.TryRecover(new byte[32], new byte[65], new byte[64]));
    }

    /// <summary>The smallest and the largest keys, and digests at and beyond the order, which RFC 6979 reduces before it makes a nonce of them.</summary>
    [Fact]
    public void Keys_and_digests_at_their_borders_sign_low_the_same_every_time_and_are_recovered()
    {
        foreach (var secret in new[] { 1, 2, Order - 2, Order - 1 })
        {
            using var key = Secp256k1PrivateKey.TryImport(Bytes(secret))!;
            foreach (var number in new[] { BigInteger.Zero, 1, Order - 1, Order, Order + 1, (BigInteger.One << 256) - 1 })
            {
                var (digest, signature, again, found) = (Bytes(number), new byte[65], new byte[65], new byte[65]);
                key.Sign(digest, signature);
                key.Sign(digest, again);
                Assert.Equal(signature, again);
                Assert.True(new BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true) <= Order / 2);
                Assert.True(RecoverableSignature.TryRecover(digest, signature, found));
                Assert.Equal(key.PublicKey.ToArray(), found);
            }
        }
    }

    [Fact]
    public void The_public_half_of_the_key_1_is_the_base_point_and_of_the_last_one_its_negative()
    {
        using var first = Secp256k1PrivateKey.TryImport(Bytes(1))!;
        using var last = Secp256k1PrivateKey.TryImport(Bytes(Order - 1))!;
        Assert.Equal((byte[])[4, .. Bytes(BaseX), .. Bytes(BaseY)], first.PublicKey.ToArray());
        Assert.Equal((byte[])[4, .. Bytes(BaseX), .. Bytes(Prime - BaseY)], last.PublicKey.ToArray());
        Assert.Equal("secp256k1 private key of " + Convert.ToHexStringLower(last.PublicKey), last.ToString());
        Assert.Null(Secp256k1PrivateKey.TryImport(Bytes(Order + 1)));
        Assert.Null(Secp256k1PrivateKey.TryImport(Bytes((BigInteger.One << 256) - 1)));
    }

    [Fact]
    public void A_disposed_key_signs_nothing_and_wrong_lengths_are_the_callers_error()
    {
        var key = Secp256k1PrivateKey.TryImport(Bytes(3))!;
        Assert.Throws<ArgumentException>(() => key.Sign(new byte[31], new byte[65]));
        Assert.Throws<ArgumentException>(() => key.Sign(new byte[32], new byte[64]));
        key.Dispose();
        var signature = new byte[65];
        Assert.Throws<ObjectDisposedException>(() => key.Sign(new byte[32], signature));
        Assert.Equal(new byte[65], signature);
    }

    private static byte[]? Recover(byte[] digest, BigInteger r, BigInteger s, byte v)
    {
        var key = new byte[65];
        if (RecoverableSignature.TryRecover(digest, [.. Bytes(r), .. Bytes(s), v], key))
        {
            return key;
        }

        Assert.Equal(new byte[65], key);
        return null;
    }

    private static bool IsOnCurve(BigInteger x) => BigInteger.ModPow((x * x * x) + 7, (Prime - 1) / 2, Prime).IsOne;

    private static BigInteger Below(Random random, BigInteger bound)
    {
        var bytes = new byte[40];
        random.NextBytes(bytes);
        return (new BigInteger(bytes, isUnsigned: true) % (bound - 1)) + 1;
    }

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
