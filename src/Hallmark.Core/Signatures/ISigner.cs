namespace Hallmark.Core.Signatures;

/// <summary>The port behind which an Ed25519 signing key lives: a file, the environment, a token or a key service. Safe for use by several threads.</summary>
public interface ISigner
{
    /// <summary>The public half of the key.</summary>
    Ed25519PublicKey PublicKey { get; }

    /// <summary>Signs a message (RFC 8032, pure Ed25519: deterministic, no context).</summary>
    /// <param name="message">The message, whole.</param>
    /// <param name="signature">Receives the signature, 64 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="signature"/> is not 64 bytes long.</exception>
    void Sign(ReadOnlySpan<byte> message, Span<byte> signature);

    /// <summary>Signs several messages: the same bytes as <see cref="Sign"/> makes of each, sooner where the key's code can make several at once.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="signatures">Receives the signatures, 64 bytes each, in the same order. Nothing in it counts where this throws.</param>
    /// <exception cref="ArgumentException"><paramref name="signatures"/> is not 64 bytes long for each message.</exception>
    void SignAll(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> signatures)
    {
        if (signatures.Length != messages.Length * Ed25519PublicKey.SignatureSizeInBytes)
        {
            throw new ArgumentException("An Ed25519 signature is 64 bytes long.", nameof(signatures));
        }

        for (var i = 0; i < messages.Length; i++)
        {
            Sign(messages[i].Span, signatures.Slice(i * Ed25519PublicKey.SignatureSizeInBytes, Ed25519PublicKey.SignatureSizeInBytes));
        }
    }
}
