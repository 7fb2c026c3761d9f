using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>What every backend must do, run on each that this machine has.</summary>
public sealed class Ed25519ContractTests
{
    /// <summary>2^252 + 27742317777372353535851937790883648493, little-endian.</summary>
    private const string OrderHex = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

    public static TheoryData<string> Backends => [.. Ed25519Backend.Available];

    /// <summary>RFC 8032 §7.1: seed, public key, message, signature. (The 1,023-byte message is left out: lengths have a test of their own.)</summary>
    public static TheoryData<string, string, string, string, string> PublishedVectors()
    {
        (string, string, string, string)[] vectors =
        [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
            (
                "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
                "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
            ),
        ];
        var data = new TheoryData<string, string, string, string, string>();
        foreach (var backend in Ed25519Backend.Available)
        {
            foreach (var (seed, key, message, signature) in vectors)
            {
                data.Add(backend, seed, key, message, signature);
            }
        }

        return data;
    }

    [Fact]
    public void The_managed_backend_is_always_there_and_the_native_ones_are_where_they_can_be()
    {
        Assert.Contains("managed", Ed25519Backend.Available);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains("openssl", Ed25519Backend.Available);
        }

        if (ProjectFiles.IsCi)
        {
            Assert.Contains("libsodium", Ed25519Backend.Available);
        }
    }

    [Theory]
    [MemberData(nameof(PublishedVectors))]
    public void The_published_vectors_are_signed_and_verified(string backend, string seed, string key, string message, string signature)
    {
        using var privateKey = KeyOf(backend, Convert.FromHexString(seed));
        Assert.Equal(key, privateKey.PublicKey.Hex);
        Assert.Equal(signature, Convert.ToHexStringLower(Sign(privateKey, Convert.FromHexString(message))));
        Assert.True(privateKey.PublicKey.Verify(Backend(backend), Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void The_vectors_of_the_reference_come_out_the_same(string backend)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/ed25519.json")));
        foreach (var row in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            Assert.True(Ed25519PublicKey.TryParseHex(row.GetProperty("public_key_hex").GetString(), out var key));
            var verified = key.Verify(
                Backend(backend),
                Convert.FromHexString(row.GetProperty("message_hex").GetString()!),
                Convert.FromHexString(row.GetProperty("signature_hex").GetString()!)
            );
            Assert.True(row.GetProperty("python").GetBoolean() == verified, row.GetProperty("id").GetString());
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_message_of_any_length_is_signed_whole(string backend)
    {
        using var key = KeyOf(backend, Seed(1));
        foreach (var length in new[] { 0, 1, 31, 63, 64, 111, 112, 127, 128, 129, 1023, 100_000 })
        {
            var message = new byte[length];
            new Random(length).NextBytes(message);
            var signature = Sign(key, message);
            Assert.True(key.PublicKey.Verify(Backend(backend), message, signature));
            if (length > 0)
            {
                message[^1] ^= 1;
                Assert.False(key.PublicKey.Verify(Backend(backend), message, signature));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void One_flipped_bit_in_signature_or_key_never_verifies(string backend)
    {
        using var key = KeyOf(backend, Seed(2));
        var message = "what was signed"u8.ToArray();
        var signature = Sign(key, message);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.PublicKey.Verify(Backend(backend), message, signature), $"bit {bit} of the signature");
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var bit = 0; bit < 256; bit++)
        {
            var other = key.PublicKey.Bytes.ToArray();
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(new Ed25519PublicKey(other).Verify(Backend(backend), message, signature), $"bit {bit} of the key");
        }

        Assert.True(key.PublicKey.Verify(Backend(backend), message, signature));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_second_signature_made_by_adding_the_group_order_to_S_is_refused(string backend)
    {
        using var key = KeyOf(backend, Seed(3));
        var signature = Sign(key, "m"u8);
        var s = new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true);
        var order = new System.Numerics.BigInteger(Convert.FromHexString(OrderHex), isUnsigned: true);
        for (var times = 1; times <= 15; times++)
        {
            var twin = signature.ToArray();
            var sum = (s + (order * times)).ToByteArray(isUnsigned: true);
            if (sum.Length > 32)
            {
                break;
            }

            twin.AsSpan(32).Clear();
            sum.CopyTo(twin, 32);
            Assert.False(key.PublicKey.Verify(Backend(backend), "m"u8, twin), $"S + {times}L");
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_signature_of_another_length_is_no_signature(string backend)
    {
        using var key = KeyOf(backend, Seed(4));
        var signature = Sign(key, "m"u8);
        foreach (var length in new[] { 0, 1, 32, 63, 65, 128 })
        {
            var other = new byte[length];
            signature.AsSpan(0, Math.Min(length, 64)).CopyTo(other);
            Assert.False(key.PublicKey.Verify(Backend(backend), "m"u8, other));
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_key_may_sign_from_many_threads_at_once(string backend)
    {
        using var key = KeyOf(backend, Seed(5));
        var expected = Sign(key, "same"u8);
        Parallel.For(0, 200, _ => Assert.Equal(expected, Sign(key, "same"u8)));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_disposed_key_refuses_to_sign_instead_of_signing_with_erased_bytes(string backend)
    {
        var key = KeyOf(backend, Seed(6));
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Sign(key, "m"u8));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Disposing_under_signing_threads_gives_whole_signatures_or_an_error(string backend)
    {
        for (var round = 0; round < 20; round++)
        {
            var key = KeyOf(backend, Seed(7));
            var expected = Sign(key, "m"u8);
            using var started = new Barrier(3);
            var signers = Enumerable
                .Range(0, 2)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            started.SignalAndWait();
                            try
                            {
                                for (var i = 0; i < 50; i++)
                                {
                                    Assert.Equal(expected, Sign(key, "m"u8));
                                }
                            }
                            catch (ObjectDisposedException)
                            {
                                // What is promised.
                            }
                        },
                        CancellationToken.None,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                )
                .ToArray();
            started.SignalAndWait();
            key.Dispose();
            await Task.WhenAll(signers);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_backend_passes_its_self_test_and_can_be_chosen_by_name(string backend)
    {
        Assert.True(Ed25519SelfTest.Passes(Backend(backend)));
        Assert.True(Ed25519SelfTest.SignsSeveralAlike(Backend(backend)));
        try
        {
            Ed25519Backend.Select(backend);
            Assert.Equal(backend, Ed25519Backend.Name);
        }
        finally
        {
            Ed25519Backend.Select("auto");
        }
    }

    [Fact]
    public void An_unknown_backend_is_refused_with_the_names_of_the_known_ones()
    {
        var refusal = Assert.Throws<BadInputException>(() => Ed25519Backend.Select("rot13"));
        Assert.Contains("managed", Assert.Single(refusal.Hints), StringComparison.Ordinal);
    }

    private static IEd25519Implementation Backend(string name) => Ed25519Backend.Implementations.Single(i => i.Name == name);

    private static Ed25519PrivateKey KeyOf(string backend, byte[] seed) => new(Backend(backend).ImportSeed(seed));

    private static byte[] Seed(int number)
    {
        var seed = new byte[32];
        new Random(number).NextBytes(seed);
        return seed;
    }

    private static byte[] Sign(Ed25519PrivateKey key, ReadOnlySpan<byte> message)
    {
        var signature = new byte[64];
        key.Sign(message, signature);
        return signature;
    }
}
