using System.Security.Cryptography;

namespace Hallmark.Core.Signatures.Managed;

/// <summary>A private key expanded as RFC 8032 §5.1.5 says: the scalar and the prefix, 64 bytes.</summary>
internal sealed class ManagedSigningKey : IEd25519SigningKey
{
    private readonly SecretBytes _expanded = new(SHA512.HashSizeInBytes);
    private readonly byte[] _publicKey = new byte[Ed25519PublicKey.SizeInBytes];

    public ManagedSigningKey(ReadOnlySpan<byte> seed)
    {
        var expanded = _expanded.Span;
        SHA512.HashData(seed, expanded);
        expanded[0] &= 0xf8;
        expanded[31] &= 0x7f;
        expanded[31] |= 0x40;
        BasePointTables.Multiply(Scalar.FromBytes(expanded)).Encode(_publicKey);
    }

    /// <inheritdoc />
    public void CopyPublicKey(Span<byte> destination) => _publicKey.CopyTo(destination);

    /// <inheritdoc />
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var held = false;
        try
        {
            _expanded.DangerousAddRef(ref held);
            var expanded = _expanded.Span;
            Span<byte> made = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];

            var nonce = ManagedEd25519.Hash(expanded[32..], message, []);
            BasePointTables.Multiply(nonce).Encode(made);
            var challenge = ManagedEd25519.Challenge(made[..32], _publicKey, message);
            (nonce + (Scalar.FromBytes(expanded[..32]) * challenge)).WriteTo(made[32..]);

            // Only now: the caller's buffer may overlap the message.
            made.CopyTo(signature);
        }
        finally
        {
            if (held)
            {
                _expanded.DangerousRelease();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _expanded.Dispose();
}
