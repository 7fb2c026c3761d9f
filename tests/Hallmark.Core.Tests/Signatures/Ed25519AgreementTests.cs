using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>A verdict must not depend on which library a machine has: all backends give the same bytes and the same answers.</summary>
public sealed class Ed25519AgreementTests
{
    [Fact]
    public void All_backends_make_the_same_keys_and_signatures()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 200; round++)
        {
            var seed = Bytes(random, 32);
            var message = Bytes(random, random.Next(300));
            Assert.Single(Ed25519Backend.Implementations.Select(backend => Outcome(backend, seed, message)).Distinct());
        }
    }

    [Fact]
    public void All_backends_agree_on_damaged_and_random_input()
    {
        var random = new Random(8032);
        var accepted = 0;
        for (var round = 0; round < 600; round++)
        {
            using var privateKey = Ed25519PrivateKey.FromSeed(Bytes(random, 32));
            var message = Bytes(random, random.Next(100));
            var signature = new byte[64];
            privateKey.Sign(message, signature);
            var key = privateKey.PublicKey.Bytes.ToArray();
            Damage(random, key, signature);

            var answers = Ed25519Backend
                .Implementations.Select(b => new Ed25519PublicKey(key).Verify(b, message, signature))
                .Distinct()
                .ToList();
            Assert.True(answers.Count == 1, $"{Convert.ToHexString(key)} {Convert.ToHexString(message)} {Convert.ToHexString(signature)}");
            accepted += answers[0] ? 1 : 0;
        }

        Assert.InRange(accepted, 50, 200);
    }

    [Fact]
    public void Every_point_of_small_order_is_refused_as_key_and_as_R_in_each_of_its_encodings()
    {
        string[] encodings =
        [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        ];
        using var honest = Ed25519PrivateKey.FromSeed(new byte[32]);
        foreach (var encoding in encodings.Select(Convert.FromHexString))
        {
            var key = new Ed25519PublicKey(encoding);
            Assert.False(key.IsUsable);
            foreach (var r in encodings.Select(Convert.FromHexString))
            {
                // With a key of small order k·A takes at most eight values, so that S = 0 would fit some R for about one message in eight.
                var forged = new byte[64];
                r.CopyTo(forged, 0);
                for (byte message = 0; message < 20; message++)
                {
                    foreach (var backend in Ed25519Backend.Implementations)
                    {
                        Assert.False(key.Verify(backend, [message], forged));
                        Assert.False(honest.PublicKey.Verify(backend, [message], forged));
                    }
                }
            }
        }
    }

    [Fact]
    public void Every_non_canonical_ordinate_is_refused_as_key()
    {
        for (var offset = 0; offset < 19; offset++)
        {
            foreach (var sign in new byte[] { 0x7f, 0xff })
            {
                var bytes = new byte[32];
                bytes.AsSpan().Fill(0xff);
                bytes[0] = (byte)(0xed + offset);
                bytes[31] = sign;
                Assert.False(new Ed25519PublicKey(bytes).IsUsable);
                Assert.False(Ed25519Strictness.IsAcceptablePoint(bytes));
            }
        }
    }

    private static string Outcome(IEd25519Implementation backend, byte[] seed, byte[] message)
    {
        using var key = new Ed25519PrivateKey(backend.ImportSeed(seed));
        var signature = new byte[64];
        key.Sign(message, signature);
        Assert.True(Ed25519Backend.Implementations.All(b => key.PublicKey.Verify(b, message, signature)));
        return key.PublicKey.Hex + Convert.ToHexString(signature);
    }

    private static void Damage(Random random, byte[] key, byte[] signature)
    {
        switch (random.Next(6))
        {
            case 0:
                random.NextBytes(key);
                break;
            case 1:
                random.NextBytes(signature);
                signature[63] &= 0x0f;
                break;
            case 2:
                signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                key[31] ^= 0x80;
                break;
            case 4:
                signature[31] ^= 0x80;
                break;
            default:
                break;
        }
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
