using System.Numerics;
using System.Security.Cryptography;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>
/// The longest modulus: 16,384 bits verify, 8 more do not. A key of that size takes minutes to make of two primes; of some 270 primes of 61 bits it takes a
/// moment, and the arithmetic of RSA holds just as well.
/// </summary>
public sealed class RsaPssLongestModulusTests
{
    private static readonly byte[] Message = "attested"u8.ToArray();

    [Fact]
    public void A_modulus_of_16384_bits_is_the_longest_that_verifies()
    {
        var (modulus, signature) = SignUnder(RsaPss.MaxModulusBits);
        Assert.Equal(RsaPss.MaxModulusBits / 8, modulus.Length);
        Assert.True(RsaPss.Verify(modulus, [1, 0, 1], Message, signature, 32));
        Assert.True(RsaPss.Verify([0, 0, 0, .. modulus], [0, 1, 0, 1], Message, signature, null));
        Assert.Equal(SignatureOutcome.Valid, RsaPss.Verify(Message, Convert.ToHexString(signature), Jwk(modulus)));
        Assert.False(RsaPss.Verify(modulus, [1, 0, 1], "something else"u8, signature, 32));
        signature[^1] ^= 1;
        Assert.False(RsaPss.Verify(modulus, [1, 0, 1], Message, signature, 32));
    }

    [Fact]
    public void A_longer_modulus_is_not_computed_with_although_its_signature_is_sound()
    {
        var (modulus, signature) = SignUnder(RsaPss.MaxModulusBits + 8);
        Assert.Equal((RsaPss.MaxModulusBits / 8) + 1, modulus.Length);
        Assert.False(RsaPss.Verify(modulus, [1, 0, 1], Message, signature, 32));
        Assert.Equal(SignatureOutcome.Invalid, RsaPss.Verify(Message, Convert.ToHexString(signature), Jwk(modulus)));
    }

    /// <summary>What this file signs with is RSA-PSS as the base library understands it: at a size that it verifies too, both agree.</summary>
    [Fact]
    public void The_signature_made_here_is_one_for_the_base_library_too()
    {
        var (modulus, signature) = SignUnder(2048);
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });
        Assert.True(rsa.VerifyData(Message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        Assert.True(RsaPss.Verify(modulus, [1, 0, 1], Message, signature, 32));
    }

    private static RsaJwk Jwk(byte[] modulus) => new("RSA", System.Buffers.Text.Base64Url.EncodeToString(modulus), "AQAB");

    private static (byte[] Modulus, byte[] Signature) SignUnder(int bits)
    {
        var primes = PrimesFor(bits);
        var n = primes.Aggregate(BigInteger.Multiply);
        Assert.Equal(bits, n.GetBitLength());
        var encoded = Encode(bits - 1);

        // One prime at a time, put together by the Chinese remainder theorem.
        var (signature, product) = (BigInteger.Zero, BigInteger.One);
        foreach (var prime in primes)
        {
            var part = BigInteger.ModPow(encoded % prime, Inverse(65537, prime - 1), prime);
            var step = (part - (signature % prime) + prime) * BigInteger.ModPow(product, prime - 2, prime) % prime;
            signature += step * product;
            product *= prime;
        }

        return (n.ToByteArray(isUnsigned: true, isBigEndian: true), Octets(signature, (bits + 7) / 8));
    }

    /// <summary>EMSA-PSS-ENCODE, RFC 8017 §9.1.1, with a salt of 32 octets of 0x5a.</summary>
    private static BigInteger Encode(int encodedBits)
    {
        var length = (encodedBits + 7) / 8;
        var salt = Enumerable.Repeat((byte)0x5a, 32).ToArray();
        var hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(Message), .. salt]);
        byte[] block = [.. new byte[length - 32 - 32 - 2], 1, .. salt];
        var mask = Enumerable
            .Range(0, (block.Length / 32) + 1)
            .SelectMany(counter => SHA256.HashData([.. hash, 0, 0, (byte)(counter >> 8), (byte)counter]))
            .ToArray();
        byte[] encoded = [.. block.Select((octet, i) => (byte)(octet ^ mask[i])), .. hash, 0xbc];
        encoded[0] &= (byte)(0xff >> ((8 * length) - encodedBits));
        return new BigInteger(encoded, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>Different primes whose product has exactly so many bits: from the top of 61 bits downwards, and one that fills up.</summary>
    private static List<BigInteger> PrimesFor(int bits)
    {
        var primes = new List<BigInteger>();
        var product = BigInteger.One;
        var candidate = (BigInteger.One << 61) - 1;
        for (; bits - product.GetBitLength() > 100; candidate -= 2)
        {
            if (IsUsablePrime(candidate))
            {
                primes.Add(candidate);
                product *= candidate;
            }
        }

        var filling = (BigInteger.One << (int)(bits - product.GetBitLength())) + 1;
        while (!IsUsablePrime(filling) || (product * filling).GetBitLength() < bits)
        {
            filling += 2;
        }

        return [.. primes, filling];
    }

    private static bool IsUsablePrime(BigInteger candidate) =>
        candidate % 65537 != 1 && new[] { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37 }.All(witness => IsProbablePrime(candidate, witness));

    private static bool IsProbablePrime(BigInteger candidate, int witness)
    {
        if (candidate % witness == 0)
        {
            return false;
        }

        var odd = candidate - 1;
        var twos = 0;
        for (; odd.IsEven; odd >>= 1)
        {
            twos++;
        }

        var power = BigInteger.ModPow(witness, odd, candidate);
        for (var i = 0; i < twos && power != 1 && power != candidate - 1; i++)
        {
            power = BigInteger.ModPow(power, 2, candidate);
        }

        return power == candidate - 1 || BigInteger.ModPow(witness, odd, candidate) == 1;
    }

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

    private static byte[] Octets(BigInteger value, int length)
    {
        var octets = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - octets.Length], .. octets];
    }
}
