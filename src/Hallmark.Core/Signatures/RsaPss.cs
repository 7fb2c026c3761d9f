using System.Numerics;
using System.Security.Cryptography;

namespace Hallmark.Core.Signatures;

/// <summary>
/// Verifies RSASSA-PSS signatures (RFC 8017 §8.1.2) with SHA-256 and MGF1 with SHA-256. Done by hand on public numbers, because the base library verifies
/// only salts as long as the hash and never says how long the salt was.
/// </summary>
public static class RsaPss
{
    /// <summary>The salt length of operator attestations (<c>envelope.md</c> §14.2): as long as the hash.</summary>
    public const int AttestationSaltLength = 32;

    /// <summary>Longest modulus that is looked at, in bits; OpenSSL's own bound.</summary>
    public const int MaxModulusBits = 16_384;

    private const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>Verifies an operator attestation: exponent 65537, salt of 32 octets, any modulus.</summary>
    /// <remarks><c>envelope.md</c> §14.2, in its order: the signature's form, the exponent, the key's form, the mathematics.</remarks>
    /// <param name="payload">The signed bytes: the canonical payload.</param>
    /// <param name="signatureHex">The signature in hex of either case; null where it was no string.</param>
    /// <param name="key">The key as received.</param>
    public static SignatureOutcome Verify(ReadOnlySpan<byte> payload, string? signatureHex, RsaJwk key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (signatureHex is null || signatureHex.Length % 2 != 0 || !signatureHex.All(char.IsAsciiHexDigit))
        {
            return SignatureOutcome.Malformed;
        }

        // With the exponent 1 anybody can write a signature that fits, so any other exponent is refused before the key is looked at.
        var exponent = StrictBase64Url.Decode(key.E);
        if (exponent is { Length: > 0 } && !exponent.AsSpan().TrimStart((byte)0).SequenceEqual(new byte[] { 1, 0, 1 }))
        {
            return SignatureOutcome.Invalid;
        }

        var modulus = StrictBase64Url.Decode(key.N);
        if (key.Kty != "RSA" || exponent is not { Length: > 0 } || modulus is null || modulus.AsSpan().TrimStart((byte)0).IsEmpty)
        {
            return SignatureOutcome.Malformed;
        }

        return
            signatureHex.Length <= MaxModulusBits / 4
            && Verify(modulus, exponent, payload, Convert.FromHexString(signatureHex), AttestationSaltLength)
            ? SignatureOutcome.Valid
            : SignatureOutcome.Invalid;
    }

    /// <summary>Verifies a signature under any sound exponent and with a required or any salt length.</summary>
    /// <param name="modulus">Big-endian octets; leading zeroes allowed; at most <see cref="MaxModulusBits"/>.</param>
    /// <param name="exponent">Big-endian octets: odd, 3 or more, at most 64 bits.</param>
    /// <param name="message">The signed bytes.</param>
    /// <param name="signature">As many octets as the modulus has without leading zeroes.</param>
    /// <param name="saltLength">The salt's length in octets, or null where the format leaves it open (ANS-104).</param>
    /// <returns>False for any trouble, an unsound key too; never throws on bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="saltLength"/> is negative.</exception>
    public static bool Verify(
        ReadOnlySpan<byte> modulus,
        ReadOnlySpan<byte> exponent,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature,
        int? saltLength
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(saltLength ?? 0, nameof(saltLength));
        modulus = modulus.TrimStart((byte)0);
        exponent = exponent.TrimStart((byte)0);
        if (
            modulus.IsEmpty
            || modulus.Length > MaxModulusBits / 8
            || signature.Length != modulus.Length
            || exponent.IsEmpty
            || exponent.Length > 8
        )
        {
            return false;
        }

        var n = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        var e = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        var s = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (e < 3 || e.IsEven || n.IsEven || s >= n)
        {
            return false;
        }

        var encodedBits = (int)n.GetBitLength() - 1;
        var m = BigInteger.ModPow(s, e, n);
        if (m.GetBitLength() > encodedBits)
        {
            return false;
        }

        var encoded = new byte[(encodedBits + 7) / 8];
        var octets = m.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (!m.IsZero)
        {
            octets.CopyTo(encoded, encoded.Length - octets.Length);
        }

        return IsEncodingOf(message, encoded, encodedBits, saltLength);
    }

    /// <summary>EMSA-PSS-VERIFY, RFC 8017 §9.1.2.</summary>
    private static bool IsEncodingOf(ReadOnlySpan<byte> message, Span<byte> encoded, int encodedBits, int? saltLength)
    {
        if (encoded.Length < HashSize + 2 + (saltLength ?? 0) || encoded[^1] != 0xbc)
        {
            return false;
        }

        var masked = encoded[..(encoded.Length - HashSize - 1)];
        var hash = encoded.Slice(masked.Length, HashSize);
        var topMask = (byte)(0xff >> ((8 * encoded.Length) - encodedBits));
        if ((masked[0] & ~topMask) != 0)
        {
            return false;
        }

        Unmask(masked, hash);
        masked[0] &= topMask;

        // Zeroes, a one, then the salt.
        var one = masked.IndexOfAnyExcept((byte)0);
        if (one < 0 || masked[one] != 1 || (saltLength is { } length && masked.Length - one - 1 != length))
        {
            return false;
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(stackalloc byte[8]);
        digest.AppendData(SHA256.HashData(message));
        digest.AppendData(masked[(one + 1)..]);
        return digest.GetHashAndReset().AsSpan().SequenceEqual(hash);
    }

    /// <summary>XORs MGF1 (RFC 8017 §B.2.1) of the seed over the bytes.</summary>
    private static void Unmask(Span<byte> bytes, ReadOnlySpan<byte> seed)
    {
        Span<byte> input = stackalloc byte[HashSize + 4];
        Span<byte> mask = stackalloc byte[HashSize];
        seed.CopyTo(input);
        for (int counter = 0, offset = 0; offset < bytes.Length; counter++, offset += HashSize)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(input[HashSize..], counter);
            SHA256.HashData(input, mask);
            for (var i = 0; i < HashSize && offset + i < bytes.Length; i++)
            {
                bytes[offset + i] ^= mask[i];
            }
        }
    }
}
