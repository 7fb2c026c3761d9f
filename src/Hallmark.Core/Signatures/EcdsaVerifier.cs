using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Hallmark.Core.Signatures;

/// <summary>Verifies ECDSA signatures under one public key on P-256, P-384 or P-521. Immutable; safe for use by several threads.</summary>
public sealed class EcdsaVerifier
{
    private readonly ECParameters _parameters;

    private EcdsaVerifier(EcdsaCurve curve, ECParameters parameters)
    {
        Curve = curve;
        _parameters = parameters;
    }

    /// <summary>The key's curve.</summary>
    public EcdsaCurve Curve { get; }

    private int FieldSize => FieldSizeOf(Curve);

    /// <summary>Takes a key as an uncompressed point (SEC 1 §2.3.3): 0x04, x, y.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="point">65, 97 or 133 bytes.</param>
    /// <returns>Null where the bytes are no point of the curve.</returns>
    public static EcdsaVerifier? FromPoint(EcdsaCurve curve, ReadOnlySpan<byte> point)
    {
        var size = FieldSizeOf(curve);
        if (point.Length != 1 + (2 * size) || point[0] != 4)
        {
            return null;
        }

        return Create(
            curve,
            new ECParameters
            {
                Curve = NamedCurve(curve),
                Q = new ECPoint { X = point.Slice(1, size).ToArray(), Y = point[(1 + size)..].ToArray() },
            }
        );
    }

    /// <summary>Takes a key as a DER <c>SubjectPublicKeyInfo</c> (RFC 5480).</summary>
    /// <returns>Null where the bytes are no such key, are not its one DER form with an uncompressed point, or are on another curve.</returns>
    public static EcdsaVerifier? FromSubjectPublicKeyInfo(ReadOnlySpan<byte> spki)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(spki, out var read);
            var parameters = key.ExportParameters(includePrivateParameters: false);
            EcdsaCurve? curve = parameters.Curve.IsNamed
                ? parameters.Curve.Oid.Value switch
                {
                    "1.2.840.10045.3.1.7" => EcdsaCurve.P256,
                    "1.3.132.0.34" => EcdsaCurve.P384,
                    "1.3.132.0.35" => EcdsaCurve.P521,
                    _ => null,
                }
                : null;

            // One spelling only: the import overlooks unused bits that a BIT STRING claims (RFC 5480 §2.2 has none).
            return read == spki.Length && curve is { } known && spki.SequenceEqual(key.ExportSubjectPublicKeyInfo())
                ? Create(known, parameters)
                : null;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether this key signed the message.</summary>
    /// <param name="message">The message, whole.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="hash">SHA-256, SHA-384 or SHA-512; null for the one that goes with the curve.</param>
    /// <returns>False for any trouble; never throws on bytes.</returns>
    /// <exception cref="ArgumentException"><paramref name="hash"/> is another.</exception>
    public bool Verify(
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature,
        EcdsaSignatureFormat format,
        HashAlgorithmName? hash = null
    )
    {
        var algorithm =
            hash
            ?? (
                Curve switch
                {
                    EcdsaCurve.P256 => HashAlgorithmName.SHA256,
                    EcdsaCurve.P384 => HashAlgorithmName.SHA384,
                    _ => HashAlgorithmName.SHA512,
                }
            );
        if (algorithm != HashAlgorithmName.SHA256 && algorithm != HashAlgorithmName.SHA384 && algorithm != HashAlgorithmName.SHA512)
        {
            throw new ArgumentException("The hash must be SHA-256, SHA-384 or SHA-512.", nameof(hash));
        }

        Span<byte> fixedSize = stackalloc byte[2 * FieldSize];
        if (format == EcdsaSignatureFormat.IeeeP1363)
        {
            if (signature.Length != fixedSize.Length)
            {
                return false;
            }

            signature.CopyTo(fixedSize);
        }
        else if (!TryReadDer(signature, fixedSize))
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create(_parameters);
            return key.VerifyData(message, fixedSize, algorithm, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static EcdsaVerifier? Create(EcdsaCurve curve, ECParameters parameters)
    {
        try
        {
            // The import refuses points that are not on the curve.
            using var key = ECDsa.Create(parameters);
            return new EcdsaVerifier(curve, parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool TryReadDer(ReadOnlySpan<byte> der, Span<byte> fixedSize)
    {
        try
        {
            if (!AsnDecoder.TryReadEncodedValue(der, AsnEncodingRules.DER, out _, out _, out _, out var consumed) || consumed != der.Length)
            {
                return false;
            }

            AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out var offset, out var length, out _);
            var content = der.Slice(offset, length);
            var r = AsnDecoder.ReadIntegerBytes(content, AsnEncodingRules.DER, out var used);
            var s = AsnDecoder.ReadIntegerBytes(content[used..], AsnEncodingRules.DER, out var usedBySecond);
            var half = fixedSize.Length / 2;
            return used + usedBySecond == content.Length && TryPlace(r, fixedSize[..half]) && TryPlace(s, fixedSize[half..]);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool TryPlace(ReadOnlySpan<byte> integer, Span<byte> destination)
    {
        if ((integer[0] & 0x80) != 0)
        {
            return false;
        }

        integer = integer.TrimStart((byte)0);
        if (integer.Length > destination.Length)
        {
            return false;
        }

        destination.Clear();
        integer.CopyTo(destination[(destination.Length - integer.Length)..]);
        return true;
    }

    private static int FieldSizeOf(EcdsaCurve curve) =>
        curve switch
        {
            EcdsaCurve.P256 => 32,
            EcdsaCurve.P384 => 48,
            EcdsaCurve.P521 => 66,
            _ => throw new ArgumentOutOfRangeException(nameof(curve)),
        };

    private static ECCurve NamedCurve(EcdsaCurve curve) =>
        curve switch
        {
            EcdsaCurve.P256 => ECCurve.NamedCurves.nistP256,
            EcdsaCurve.P384 => ECCurve.NamedCurves.nistP384,
            _ => ECCurve.NamedCurves.nistP521,
        };
}
