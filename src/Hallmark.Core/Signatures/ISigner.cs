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
}
