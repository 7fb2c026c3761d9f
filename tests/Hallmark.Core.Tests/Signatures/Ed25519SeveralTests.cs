using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>Several signatures at once are those of one after the other, on each backend that this machine has.</summary>
public sealed class Ed25519SeveralTests
{
    public static TheoryData<string> Backends => [.. Ed25519Backend.Available];

    [CryptoMbFact]
    public void The_multi_buffer_library_is_used_where_it_is_installed_and_the_processor_has_what_it_needs() =>
        Assert.Equal("crypto-mb", Ed25519Backend.Available[0]);

    [Theory]
    [MemberData(nameof(Backends))]
    public void Several_signatures_are_those_of_one_after_the_other(string backend) =>
        Prop.ForAll<byte[], byte[][]>(
                (seed, messages) =>
                {
                    using var key = KeyOf(backend, [.. seed.Concat(new byte[32]).Take(32)]);
                    AssertAlike(key, messages);
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Backends))]
    public void Any_number_of_messages_is_signed_each_by_itself(string backend)
    {
        using var key = KeyOf(backend, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        for (var count = 0; count <= 33; count++)
        {
            AssertAlike(key, [.. Enumerable.Range(0, count).Select(i => Message(count, i * 17))]);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Long_messages_among_short_ones_are_signed_whole(string backend)
    {
        using var key = KeyOf(backend, [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        int[] lengths = [3, 100_000, 16_384, 16_385, 0, 5, 7, 8_000, 8_000, 8_000, 385, 1, 1, 200_000];
        AssertAlike(key, [.. lengths.Select((length, i) => Message(i, length))]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Room_for_another_number_of_signatures_is_refused(string backend)
    {
        using var key = KeyOf(backend, new byte[32]);
        Assert.Throws<ArgumentException>(() => key.SignAll([new byte[1]], new byte[63]));
        Assert.Throws<ArgumentException>(() => key.SignAll([new byte[1]], new byte[128]));
        Assert.Throws<ArgumentException>(() => key.SignAll([], new byte[64]));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_key_that_is_gone_signs_none_of_several(string backend)
    {
        var key = KeyOf(backend, new byte[32]);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.SignAll([new byte[1], new byte[2], new byte[3], new byte[4]], new byte[256]));
    }

    [Fact]
    public void A_signer_that_knows_of_one_signature_only_makes_several()
    {
        using var key = Ed25519PrivateKey.FromSeed(new byte[32]);
        ISigner signer = new OneByOne(key);
        ReadOnlyMemory<byte>[] messages = [new byte[1], new byte[2], new byte[3]];
        var signatures = new byte[3 * 64];
        signer.SignAll(messages, signatures);
        Assert.Equal(SignSingly(key, messages), signatures);
        Assert.Throws<ArgumentException>(() => signer.SignAll(messages, new byte[2 * 64]));
    }

    private static void AssertAlike(Ed25519PrivateKey key, byte[][] messages)
    {
        ReadOnlyMemory<byte>[] all = [.. messages.Select(message => new ReadOnlyMemory<byte>(message))];
        var signatures = new byte[all.Length * 64];
        key.SignAll(all, signatures);
        Assert.Equal(SignSingly(key, all), signatures);
    }

    private static byte[] SignSingly(Ed25519PrivateKey key, ReadOnlyMemory<byte>[] messages)
    {
        var signatures = new byte[messages.Length * 64];
        for (var i = 0; i < messages.Length; i++)
        {
            key.Sign(messages[i].Span, signatures.AsSpan(i * 64, 64));
        }

        return signatures;
    }

    private static byte[] Message(int seed, int length)
    {
        var message = new byte[length];
        new Random(seed).NextBytes(message);
        return message;
    }

    private static Ed25519PrivateKey KeyOf(string backend, byte[] seed) =>
        new(Ed25519Backend.Implementations.Single(implementation => implementation.Name == backend).ImportSeed(seed));

    private sealed class OneByOne(Ed25519PrivateKey key) : ISigner
    {
        public Ed25519PublicKey PublicKey => key.PublicKey;

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => key.Sign(message, signature);
    }
}
