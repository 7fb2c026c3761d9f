using System.Security.Cryptography;

namespace Hallmark.Core.Signatures;

/// <summary>
/// An Ed25519 private key (RFC 8032) held in this process's memory. Safe for use by several threads. The secret is erased on <see cref="Dispose"/>;
/// copies that the caller made of the seed are the caller's to erase.
/// </summary>
public sealed class Ed25519PrivateKey : ISigner, IDisposable
{
    /// <summary>How long a seed is.</summary>
    public const int SeedSizeInBytes = 32;

    private readonly IEd25519SigningKey _key;

    internal Ed25519PrivateKey(IEd25519SigningKey key)
    {
        _key = key;
        Span<byte> publicKey = stackalloc byte[Ed25519PublicKey.SizeInBytes];
        key.CopyPublicKey(publicKey);
        PublicKey = new Ed25519PublicKey(publicKey);
    }

    /// <inheritdoc />
    public Ed25519PublicKey PublicKey { get; }

    /// <summary>The key that belongs to a seed.</summary>
    /// <param name="seed32">The seed, 32 bytes; copied.</param>
    /// <exception cref="ArgumentException"><paramref name="seed32"/> is not 32 bytes long.</exception>
    public static Ed25519PrivateKey FromSeed(ReadOnlySpan<byte> seed32)
    {
        if (seed32.Length != SeedSizeInBytes)
        {
            throw new ArgumentException("An Ed25519 seed is 32 bytes long.", nameof(seed32));
        }

        return new Ed25519PrivateKey(Ed25519Backend.Current.ImportSeed(seed32));
    }

    /// <summary>A new key from the operating system's random numbers. Its seed cannot be read back: to keep a key, make the seed and store it.</summary>
    public static Ed25519PrivateKey Generate()
    {
        Span<byte> seed = stackalloc byte[SeedSizeInBytes];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <inheritdoc />
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (signature.Length != Ed25519PublicKey.SignatureSizeInBytes)
        {
            throw new ArgumentException("An Ed25519 signature is 64 bytes long.", nameof(signature));
        }

        _key.Sign(message, signature);
    }

    /// <inheritdoc />
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void SignAll(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> signatures)
    {
        if (signatures.Length != messages.Length * Ed25519PublicKey.SignatureSizeInBytes)
        {
            throw new ArgumentException("An Ed25519 signature is 64 bytes long.", nameof(signatures));
        }

        _key.SignAll(messages, signatures);
    }

    /// <summary>Erases the secret. A signature that another thread is making is finished first.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>The public half; never the secret.</summary>
    public override string ToString() => "Ed25519 private key of " + PublicKey.Hex;
}
