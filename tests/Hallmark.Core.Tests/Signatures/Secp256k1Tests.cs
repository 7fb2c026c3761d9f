using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Signatures.Secp256k1;

namespace Hallmark.Core.Tests.Signatures;

public sealed class Secp256k1Tests
{
    private const string Order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    // The well-known nonces of RFC 6979 on this curve, as Bitcoin's and Trezor's libraries test them.
    [Theory]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000001",
        "Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
    )]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000001",
        "All those moments will be lost in time, like tears in rain. Time to die...",
        "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"
    )]
    public void Signatures_are_those_of_rfc_6979_with_a_low_s(string secret, string message, string expected)
    {
        using var key = Secp256k1PrivateKey.TryImport(Convert.FromHexString(secret))!;
        var signature = new byte[65];
        key.Sign(SHA256.HashData(Encoding.UTF8.GetBytes(message)), signature);
        Assert.Equal(expected, Convert.ToHexStringLower(signature.AsSpan(0, 64)));
    }

    [Fact]
    public void The_key_that_signed_is_recovered_and_the_base_library_agrees()
    {
        var random = new Random(11);
        var secret = new byte[32];
        var digest = new byte[32];
        Span<byte> signature = stackalloc byte[65];
        Span<byte> recovered = stackalloc byte[65];
        for (var trial = 0; trial < 25; trial++)
        {
            random.NextBytes(secret);
            random.NextBytes(digest);
            using var key = Secp256k1PrivateKey.TryImport(secret)!;
            key.Sign(digest, signature);
            Assert.True(RecoverableSignature.TryRecover(digest, signature, recovered));
            Assert.Equal(key.PublicKey, recovered);

            // With the other recovery number another key comes out, or none.
            signature[64] ^= 27 ^ 28;
            Assert.False(RecoverableSignature.TryRecover(digest, signature, recovered) && recovered.SequenceEqual(key.PublicKey));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(26)]
    [InlineData(29)]
    public void Another_recovery_number_than_27_and_28_is_refused(byte v) => AssertRefused(signature => signature[64] = v);

    [Fact]
    public void A_high_s_and_numbers_out_of_range_are_refused()
    {
        AssertRefused(signature => signature.AsSpan(0, 32).Clear());
        AssertRefused(signature => signature.AsSpan(32, 32).Clear());
        AssertRefused(signature => Convert.FromHexString(Order).CopyTo(signature, 0));
        AssertRefused(signature => signature.AsSpan(0, 32).Fill(0xff));
        AssertRefused(signature =>
            Convert.FromHexString("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1").CopyTo(signature, 32)
        );
    }

    [Fact]
    public void Zero_and_the_order_are_no_keys()
    {
        Assert.Null(Secp256k1PrivateKey.TryImport(new byte[32]));
        Assert.Null(Secp256k1PrivateKey.TryImport(Convert.FromHexString(Order)));
        Assert.Throws<ArgumentException>(() => Secp256k1PrivateKey.TryImport(new byte[31]));
    }

    private static void AssertRefused(Action<byte[]> change)
    {
        using var key = Secp256k1PrivateKey.TryImport(SHA256.HashData("key"u8))!;
        var digest = SHA256.HashData("message"u8);
        var signature = new byte[65];
        key.Sign(digest, signature);
        change(signature);
        var recovered = new byte[65];
        Assert.False(RecoverableSignature.TryRecover(digest, signature, recovered));
        Assert.Equal(new byte[65], recovered);
    }
}
