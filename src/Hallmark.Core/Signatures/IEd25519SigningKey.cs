namespace Hallmark.Core.Signatures;

/// <summary>A private key inside an <see cref="IEd25519Implementation"/>. Thread-safe; forgets its secret when disposed, though never under a signature in the making.</summary>
internal interface IEd25519SigningKey : IDisposable
{
    /// <summary>Writes the public half.</summary>
    /// <param name="destination">32 bytes.</param>
    void CopyPublicKey(Span<byte> destination);

    /// <summary>Signs (RFC 8032 §5.1.6).</summary>
    /// <param name="message">The message, whole.</param>
    /// <param name="signature">Receives the signature, 64 bytes.</param>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    void Sign(ReadOnlySpan<byte> message, Span<byte> signature);

    /// <summary>Signs several messages: the same bytes as <see cref="Sign"/> makes of each.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="signatures">Receives the signatures, 64 bytes each, in the same order.</param>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    void SignAll(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> signatures)
    {
        for (var i = 0; i < messages.Length; i++)
        {
            Sign(messages[i].Span, signatures.Slice(i * Ed25519PublicKey.SignatureSizeInBytes, Ed25519PublicKey.SignatureSizeInBytes));
        }
    }
}
