using System.Numerics;
using System.Security.Cryptography;
using Hallmark.Core.Signatures;
using Hallmark.Core.Tests.Json;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>The bounds of exponent, salt and numbers: a good encoding is re-signed under other keys by arithmetic.</summary>
public sealed class RsaPssBoundTests
{
    private const string Message = "attested";
    private const int Length = 128;
    private static readonly (BigInteger N, BigInteger Phi, BigInteger Encoded) Key = MakeKey();

    [Fact]
    public void Any_odd_exponent_from_3_to_64_bits_is_computed_with_and_a_longer_one_is_not()
    {
        foreach (var start in new[] { 3, 65537, (BigInteger.One << 32) + 1, (BigInteger.One << 63) + 1 })
        {
            var (exponent, signature) = SignUnder(start);
            Assert.True(exponent.GetByteCount(isUnsigned: true) <= 8);
            Assert.True(Verify(exponent, signature), $"{exponent}");
            Assert.False(Verify(exponent + 2, signature));
        }

        var (tooLong, made) = SignUnder((BigInteger.One << 64) + 1);
        Assert.False(Verify(tooLong, made));
    }

    [Fact]
    public void The_exponent_3_is_computed_with_where_the_format_leaves_the_exponent_open()
    {
        var row = VectorFile.Cases("rsa-pss.json").Single(row => row.Text("id") == "key/e3-validly-signed");
        var n = System.Buffers.Text.Base64Url.DecodeFromChars(row.GetProperty("public_key").Text("n"));
        Assert.True(
            RsaPss.Verify(
                n,
                [3],
                System.Text.Encoding.UTF8.GetBytes(row.Text("payload_canonical")),
                Convert.FromHexString(row.Text("signature_hex")),
                32
            )
        );
    }

    [Fact]
    public void A_modulus_too_short_for_any_encoding_verifies_nothing_whatever_the_number_ends_with()
    {
        var n = (BigInteger.One << 256) - 189;
        BigInteger signature = 2;
        while (BigInteger.ModPow(signature, 65537, n) % 256 != 0xbc || BigInteger.ModPow(signature, 65537, n).GetBitLength() > 255)
        {
            signature++;
        }

        foreach (var salt in new int?[] { null, 0, 32 })
        {
            Assert.False(RsaPss.Verify(Octets(n, 32), [1, 0, 1], "attested"u8, Octets(signature, 32), salt));
        }
    }

    [Fact]
    public void The_exponent_1_verifies_nothing_although_the_arithmetic_holds() => Assert.False(Verify(1, Key.Encoded));

    [Fact]
    public void A_signature_that_is_not_below_the_modulus_is_refused_although_the_arithmetic_holds()
    {
        // 1,025 bits in 129 octets: the sum fits. From RsaPssTests.A_modulus_whose_length_is_no_multiple_of_eight_works.
        var n = Number(
            Convert.FromHexString(
                "019375fb4dd02106d805f548648642d8891ea4254d024a0ea03b51a97c647e2bf81a7dd8fb21fced5ffaee2bb549bc5041fe1c9d0ef58e7a5b866004c8c9a6fb152"
                    + "9639c20bcc04d155cb52bd5dac7860f2adadbc8ad8bde63183700987bc8b8e8ac6203614b10d9e092f70d7d3108a8f7b72ed237b6276a3fd5f771b5b22a405f"
            )
        );
        var s = Number(
            Convert.FromHexString(
                "017e15d875d7c28d5529eb1ff6842ce65910237d8ea36e75122d14a3c855e6f161ec7735ea423f144998af92bd2b389b71ccc3d81dbb249e3385d31d31690243c8"
                    + "43caa742ff04476da4fa53bd2a5d502774a68f406e080dbf40c848abe6691931fd64f6bac578c24ae55709fc2c2b36b666f5df8fe93907c248deb027820f6673"
            )
        );
        Assert.True(RsaPss.Verify(Octets(n, 129), [1, 0, 1], "attested"u8, Octets(s, 129), 32));
        Assert.False(RsaPss.Verify(Octets(n, 129), [1, 0, 1], "attested"u8, Octets(s + n, 129), 32));
    }

    [Fact]
    public void A_changed_octet_anywhere_in_the_encoding_is_refused()
    {
        var (exponent, signature) = SignUnder(65537);
        Assert.True(Verify(exponent, signature));
        var octets = Octets(Key.Encoded, Length);
        for (var i = 0; i < octets.Length; i++)
        {
            // The two topmost bits stay clear, so that the number stays below the modulus.
            octets[i] ^= (byte)(i == 0 ? 0x01 : 0x80);
            Assert.False(Verify(exponent, Resign(Number(octets), exponent)), $"octet {i}");
            octets[i] ^= (byte)(i == 0 ? 0x01 : 0x80);
        }
    }

    [Fact]
    public void The_longest_salt_that_fits_verifies_and_one_octet_more_does_not()
    {
        var rows = VectorFile.Cases("rsa-pss.json").Where(row => row.Text("id").EndsWith("/salt-max", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var n = System.Buffers.Text.Base64Url.DecodeFromChars(row.GetProperty("public_key").Text("n"));
            var message = System.Text.Encoding.UTF8.GetBytes(row.Text("payload_canonical"));
            var signature = Convert.FromHexString(row.Text("signature_hex"));
            Assert.True(RsaPss.Verify(n, [1, 0, 1], message, signature, n.Length - 34));
            Assert.False(RsaPss.Verify(n, [1, 0, 1], message, signature, n.Length - 33));
            Assert.False(RsaPss.Verify(n, [1, 0, 1], message, signature, n.Length - 35));
            Assert.False(RsaPss.Verify(n, [1, 0, 1], message, signature, int.MaxValue - 64));
        }
    }

    [Fact]
    public void A_negative_salt_length_and_a_missing_key_are_the_caller_s_errors()
    {
        Assert.Equal("saltLength", Assert.Throws<ArgumentOutOfRangeException>(() => RsaPss.Verify([3], [3], [], [], -1)).ParamName);
        Assert.Throws<ArgumentNullException>(() => RsaPss.Verify([], "00", null!)); // ! the caller's error is the subject
    }

    private static (BigInteger N, BigInteger Phi, BigInteger Encoded) MakeKey()
    {
        using var rsa = RSA.Create(8 * Length);
        var key = rsa.ExportParameters(includePrivateParameters: true);
        var n = Number(key.Modulus!); // ! the export fills every part
        var phi = (Number(key.P!) - 1) * (Number(key.Q!) - 1); // ! as above
        return (n, phi, BigInteger.ModPow(Number(rsa.SignData("attested"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)), 65537, n));
    }

    private static BigInteger Number(byte[] octets) => new(octets, isUnsigned: true, isBigEndian: true);

    private static byte[] Octets(BigInteger value, int length)
    {
        var octets = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - octets.Length], .. octets];
    }

    private static bool Verify(BigInteger exponent, BigInteger signature) =>
        RsaPss.Verify(
            Octets(Key.N, Length),
            exponent.ToByteArray(isUnsigned: true, isBigEndian: true),
            System.Text.Encoding.ASCII.GetBytes(Message),
            Octets(signature, Length),
            32
        );

    /// <summary>The first usable exponent from here on, and the signature under it.</summary>
    private static (BigInteger Exponent, BigInteger Signature) SignUnder(BigInteger exponent)
    {
        while (BigInteger.GreatestCommonDivisor(exponent, Key.Phi) != 1)
        {
            exponent += 2;
        }

        return (exponent, Resign(Key.Encoded, exponent));
    }

    private static BigInteger Resign(BigInteger encoded, BigInteger exponent) =>
        BigInteger.ModPow(encoded, Inverse(exponent, Key.Phi), Key.N);

    private static BigInteger Inverse(BigInteger value, BigInteger modulus)
    {
        var (a, b, x, y) = (value % modulus, modulus, BigInteger.One, BigInteger.Zero);
        while (a > 1)
        {
            var quotient = a / b;
            (a, b) = (b, a % b);
            (x, y) = (y, x - (quotient * y));
        }

        return ((x % modulus) + modulus) % modulus;
    }
}
