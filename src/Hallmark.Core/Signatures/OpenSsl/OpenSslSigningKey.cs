using System.Security.Cryptography;

namespace Hallmark.Core.Signatures.OpenSsl;

/// <summary>A private key in OpenSSL's hands.</summary>
internal sealed class OpenSslSigningKey : IEd25519SigningKey
{
    private readonly EvpKeyHandle _key;

    public OpenSslSigningKey(ReadOnlySpan<byte> seed)
    {
        _key = LibCrypto.EVP_PKEY_new_raw_private_key(LibCrypto.Ed25519KeyType, 0, seed, (nuint)seed.Length);
        if (_key.IsInvalid)
        {
            LibCrypto.ERR_clear_error();
            throw new CryptographicException("OpenSSL did not accept the Ed25519 key.");
        }
    }

    /// <inheritdoc />
    public void CopyPublicKey(Span<byte> destination)
    {
        var length = (nuint)destination.Length;
        if (LibCrypto.EVP_PKEY_get_raw_public_key(_key, destination, ref length) != 1 || length != (nuint)destination.Length)
        {
            LibCrypto.ERR_clear_error();
            throw new CryptographicException("OpenSSL did not give the Ed25519 public key.");
        }
    }

    /// <inheritdoc />
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ObjectDisposedException.ThrowIf(_key.IsClosed, this);
        using var context = LibCrypto.EVP_MD_CTX_new();
        var length = (nuint)signature.Length;
        if (
            context.IsInvalid
            || LibCrypto.EVP_DigestSignInit(context, 0, 0, 0, _key) != 1
            || LibCrypto.EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length) != 1
            || length != (nuint)signature.Length
        )
        {
            LibCrypto.ERR_clear_error();
            signature.Clear();
            throw new CryptographicException("OpenSSL did not make the Ed25519 signature.");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}
