using System.Buffers;

namespace Hallmark.Core.Signatures.CryptoMb;

/// <summary>A private key for single signatures and for several at once.</summary>
internal sealed class CryptoMbSigningKey : IEd25519SigningKey
{
    // One pass takes as long as about two single signatures, however many messages are in it.
    private const int LeastInOnePass = 3;

    // Messages are copied together for a pass; what is longer than this goes one by one.
    private const int MostBytesInOnePass = 16 * 1024;

    private readonly CryptoMbLibrary _library;
    private readonly IEd25519SigningKey _single;
    private readonly SecretBytes _seed = new(Ed25519PrivateKey.SeedSizeInBytes);
    private readonly byte[] _publicKey = new byte[Ed25519PublicKey.SizeInBytes];

    /// <param name="library">Makes several signatures.</param>
    /// <param name="single">The same key, for one signature; disposed with this one.</param>
    /// <param name="seed">The seed, 32 bytes; copied.</param>
    public CryptoMbSigningKey(CryptoMbLibrary library, IEd25519SigningKey single, ReadOnlySpan<byte> seed)
    {
        (_library, _single) = (library, single);
        seed.CopyTo(_seed.Span);
        single.CopyPublicKey(_publicKey);
    }

    /// <inheritdoc />
    public void CopyPublicKey(Span<byte> destination) => _publicKey.CopyTo(destination);

    /// <inheritdoc />
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => _single.Sign(message, signature);

    /// <inheritdoc />
    public void SignAll(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> signatures)
    {
        var held = false;
        try
        {
            _seed.DangerousAddRef(ref held);
            while (!messages.IsEmpty)
            {
                var done = TakeForOnePass(messages);
                var size = done * Ed25519PublicKey.SignatureSizeInBytes;
                SignSome(messages[..done], signatures[..size]);
                messages = messages[done..];
                signatures = signatures[size..];
            }
        }
        finally
        {
            if (held)
            {
                _seed.DangerousRelease();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _seed.Dispose();
        _single.Dispose();
    }

    // At least one; more only while they fit together.
    private static int TakeForOnePass(ReadOnlySpan<ReadOnlyMemory<byte>> messages)
    {
        var (count, bytes) = (1, messages[0].Length);
        while (
            count < Math.Min(CryptoMbLibrary.Lanes, messages.Length)
            && bytes <= MostBytesInOnePass
            && messages[count].Length <= MostBytesInOnePass - bytes
        )
        {
            bytes += messages[count++].Length;
        }

        return count;
    }

    private void SignSome(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> signatures)
    {
        if (messages.Length < LeastInOnePass)
        {
            _single.SignAll(messages, signatures);
            return;
        }

        var text = ArrayPool<byte>.Shared.Rent(MostBytesInOnePass);
        Span<int> lengths = stackalloc int[messages.Length];
        var size = 0;
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i].Span.CopyTo(text.AsSpan(size));
            lengths[i] = messages[i].Length;
            size += lengths[i];
        }

        _library.Sign(_seed.Span, _publicKey, text, lengths, signatures);
        ArrayPool<byte>.Shared.Return(text);
    }
}
