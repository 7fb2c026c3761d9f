namespace Hallmark.Core.Signatures.Libsodium;

/// <summary>A private key in the form libsodium wants it.</summary>
internal sealed class LibsodiumSigningKey(LibsodiumEd25519 library, SecretBytes secretKey, byte[] publicKey) : IEd25519SigningKey
{
    /// <inheritdoc />
    public void CopyPublicKey(Span<byte> destination) => publicKey.CopyTo(destination);

    /// <inheritdoc />
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var held = false;
        try
        {
            secretKey.DangerousAddRef(ref held);
            library.Sign(secretKey.Span, message, signature);
        }
        finally
        {
            if (held)
            {
                secretKey.DangerousRelease();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => secretKey.Dispose();
}
