using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Notes;

/// <summary>A key that verifies notes, written <c>name+id+base64</c> (C2SP signed-note "vkey").</summary>
/// <remarks>Two keys are equal where name, type and key are.</remarks>
public sealed record NoteVerifierKey
{
    private NoteVerifierKey(string name, NoteKeyType type, ImmutableArray<byte> publicKey)
    {
        Name = name;
        Type = type;
        PublicKey = publicKey;
        KeyId = ComputeKeyId(name, type, publicKey.AsSpan());
    }

    /// <summary>The key's name; a log's origin or a witness's name.</summary>
    public string Name { get; }

    /// <summary>What its signatures look like.</summary>
    public NoteKeyType Type { get; }

    /// <summary>32 bytes of Ed25519, or a SubjectPublicKeyInfo for ECDSA.</summary>
    public ImmutableArray<byte> PublicKey { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key), big-endian; for ECDSA of SHA-256(SPKI).</summary>
    public uint KeyId { get; }

    /// <summary>Makes an Ed25519 key of a name.</summary>
    /// <exception cref="ArgumentException">The name is not a key's name.</exception>
    public static NoteVerifierKey ForEd25519(string name, Ed25519PublicKey key) => Make(name, NoteKeyType.Ed25519, key.Bytes);

    /// <summary>Makes a witness's cosignature key of a name.</summary>
    /// <exception cref="ArgumentException">The name is not a key's name.</exception>
    public static NoteVerifierKey ForCosignature(string name, Ed25519PublicKey key) => Make(name, NoteKeyType.CosignatureV1, key.Bytes);

    /// <summary>Reads a key strictly: eight hex digits of an id that fits, a known type, a key of the right length.</summary>
    /// <exception cref="NoteFormatException">The text is no such key.</exception>
    public static NoteVerifierKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new NoteFormatException("not a verifier key of the form name+id+base64");

    /// <inheritdoc cref="Parse" />
    public static bool TryParse(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NoteVerifierKey? key)
    {
        key = null;
        var parts = text?.Split('+', 3);
        if (
            parts is not { Length: 3 }
            || !NoteKeyName.IsValid(parts[0])
            || parts[1].Length != 8
            || !parts[1].All(char.IsAsciiHexDigitLower)
            || !TryDecode(parts[2], out var blob)
            || blob.Length == 0
        )
        {
            return false;
        }

        var type = (NoteKeyType)blob[0];
        var isFit = type switch
        {
            NoteKeyType.Ed25519 or NoteKeyType.CosignatureV1 => blob.Length == 1 + Ed25519PublicKey.SizeInBytes,
            NoteKeyType.Ecdsa => blob.Length > 1,
            _ => false,
        };
        if (!isFit)
        {
            return false;
        }

        var candidate = new NoteVerifierKey(parts[0], type, [.. blob.AsSpan(1)]);
        if (candidate.KeyId != uint.Parse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        {
            return false;
        }

        key = candidate;
        return true;
    }

    /// <summary>True where the signature is one of this key over the text; any trouble is false.</summary>
    public bool Verifies(ReadOnlySpan<byte> text, NoteSignature signature)
    {
        if (signature.KeyName != Name || signature.KeyId != KeyId)
        {
            return false;
        }

        var bytes = signature.Bytes.AsSpan();
        return Type switch
        {
            NoteKeyType.Ed25519 => new Ed25519PublicKey(PublicKey.AsSpan()).Verify(text, bytes),
            NoteKeyType.CosignatureV1 => Cosignature.TryRead(signature, out var cosignature)
                && new Ed25519PublicKey(PublicKey.AsSpan()).Verify(
                    Cosignature.SignedBytes(cosignature.UnixSeconds, text),
                    cosignature.Signature.AsSpan()
                ),
            NoteKeyType.Ecdsa => EcdsaVerifier.FromSubjectPublicKeyInfo(PublicKey.AsSpan()) is { } ecdsa
                && ecdsa.Verify(text, bytes, EcdsaSignatureFormat.Der, HashAlgorithmName.SHA256),
            _ => false,
        };
    }

    /// <inheritdoc />
    public bool Equals(NoteVerifierKey? other) =>
        other is not null && Name == other.Name && Type == other.Type && PublicKey.AsSpan().SequenceEqual(other.PublicKey.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, KeyId);

    /// <summary>The key as <c>name+id+base64</c>.</summary>
    public override string ToString() => $"{Name}+{KeyId:x8}+{Convert.ToBase64String([(byte)Type, .. PublicKey])}";

    private static NoteVerifierKey Make(string name, NoteKeyType type, ReadOnlySpan<byte> key) =>
        NoteKeyName.IsValid(name)
            ? new NoteVerifierKey(name, type, [.. key])
            : throw new ArgumentException("A note key's name is not empty and has no white space, control character or '+'.", nameof(name));

    private static uint ComputeKeyId(string name, NoteKeyType type, ReadOnlySpan<byte> key)
    {
        byte[] input = type is NoteKeyType.Ecdsa ? key.ToArray() : [.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. key];
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(input));
    }

    private static bool TryDecode(string base64, out byte[] bytes)
    {
        var buffer = new byte[base64.Length];
        var isBase64 = Convert.TryFromBase64String(base64, buffer, out var written);
        bytes = buffer[..written];
        return isBase64 && Convert.ToBase64String(bytes) == base64; // the reader passes over white space and unused bits, the format does not
    }
}
