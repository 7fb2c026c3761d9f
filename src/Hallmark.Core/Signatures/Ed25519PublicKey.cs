using System.Security.Cryptography;
using Hallmark.Core.Signatures.Managed;

namespace Hallmark.Core.Signatures;

/// <summary>An Ed25519 public key (RFC 8032): 32 bytes. The default value is the all-zero key, which verifies nothing.</summary>
public readonly struct Ed25519PublicKey : IEquatable<Ed25519PublicKey>
{
    /// <summary>How long a public key is.</summary>
    public const int SizeInBytes = 32;

    /// <summary>How long a signature is.</summary>
    public const int SignatureSizeInBytes = 64;

    private static readonly byte[] Zeroes = new byte[SizeInBytes];

    private readonly byte[]? _bytes;

    /// <summary>RFC 8410 §4 before the 32 bytes: SEQUENCE, AlgorithmIdentifier 1.3.101.112, BIT STRING.</summary>
    private static ReadOnlySpan<byte> SubjectPublicKeyInfoPrefix =>
        [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public Ed25519PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException("An Ed25519 public key is 32 bytes long.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes ?? Zeroes;

    /// <summary>The key as 64 lower-case hex digits.</summary>
    public string Hex => Convert.ToHexStringLower(Bytes);

    /// <summary>
    /// Whether any signature can verify under this key: false for bytes that are no point of the curve, not its canonical encoding, or a point of small
    /// order. A key that is not usable has no place in a list of trusted ones.
    /// </summary>
    public bool IsUsable => Ed25519Strictness.IsAcceptablePoint(Bytes) && EdwardsPoint.TryDecode(Bytes, out _);

    /// <summary>Reads a key written as 64 hex digits of either case, with nothing before, between or after them.</summary>
    /// <param name="hex">The digits.</param>
    /// <param name="key">Receives the key; the default on a false result.</param>
    /// <returns>False for null, another length or any other character. Says nothing on whether the bytes are a usable key.</returns>
    public static bool TryParseHex(string? hex, out Ed25519PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        if (!StrictHex.TryDecode(hex, bytes))
        {
            key = default;
            return false;
        }

        key = new Ed25519PublicKey(bytes);
        return true;
    }

    /// <summary>The key as PEM (RFC 8410), as <c>openssl pkeyutl -verify -pubin -rawin</c> and other tools read it; lines end with a line feed, the last one too.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", [.. SubjectPublicKeyInfoPrefix, .. Bytes]) + "\n";

    /// <summary>Reads a key from the first PEM block of a text, which must be a <c>PUBLIC KEY</c> of Ed25519 (RFC 8410).</summary>
    /// <param name="pem">The text; what stands around the block is passed over.</param>
    /// <param name="key">Receives the key; the default on a false result.</param>
    /// <returns>False where the text holds no block, another kind of block, or another kind of key.</returns>
    public static bool TryParsePem(ReadOnlySpan<char> pem, out Ed25519PublicKey key)
    {
        key = default;
        if (
            !PemEncoding.TryFind(pem, out var fields)
            || !pem[fields.Label].SequenceEqual("PUBLIC KEY")
            || fields.DecodedDataLength != SubjectPublicKeyInfoPrefix.Length + SizeInBytes
        )
        {
            return false;
        }

        Span<byte> der = stackalloc byte[SubjectPublicKeyInfoPrefix.Length + SizeInBytes];
        if (
            !Convert.TryFromBase64Chars(pem[fields.Base64Data], der, out var written)
            || written != der.Length
            || !der.StartsWith(SubjectPublicKeyInfoPrefix)
        )
        {
            return false;
        }

        key = new Ed25519PublicKey(der[SubjectPublicKeyInfoPrefix.Length..]);
        return true;
    }

    /// <summary>Whether this key made this signature over this message: pure Ed25519, without a context.</summary>
    /// <remarks>
    /// RFC 8032 §5.1.7 with the cofactor-less equation, and strict beyond it (<c>envelope.md</c> §2): S must be below the group order, A and R must be
    /// canonically encoded, and points of small order are refused. The answer does not depend on the backend.
    /// </remarks>
    /// <param name="message">The message, whole.</param>
    /// <param name="signature">The signature; anything but 64 bytes is not one.</param>
    /// <returns>False for any trouble; never throws.</returns>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Verify(Ed25519Backend.Current, message, signature);

    internal bool Verify(IEd25519Implementation implementation, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Ed25519Strictness.Admits(Bytes, signature) && implementation.Verify(Bytes, message, signature);

    /// <inheritdoc />
    public bool Equals(Ed25519PublicKey other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Ed25519PublicKey other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => BitConverter.ToInt32(Bytes);

    /// <summary>Byte equality.</summary>
    public static bool operator ==(Ed25519PublicKey left, Ed25519PublicKey right) => left.Equals(right);

    /// <summary>Byte inequality.</summary>
    public static bool operator !=(Ed25519PublicKey left, Ed25519PublicKey right) => !left.Equals(right);

    /// <inheritdoc />
    public override string ToString() => Hex;
}
