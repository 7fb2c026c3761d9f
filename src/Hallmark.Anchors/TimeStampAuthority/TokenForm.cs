using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>
/// The one form of a token that is accepted: a CMS SignedData (RFC 5652 §5) of one signer in DER, in which every byte outside the signature's reach has one right value.
/// CMS readers are lenient there, and a token that could be changed unnoticed would be no evidence of what was received.
/// </summary>
internal static class TokenForm
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string TimeStampInfo = "1.2.840.113549.1.9.16.1.4";
    private const string RsaPss = "1.2.840.113549.1.1.10";
    private const int MaxCertificates = 16;
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly string[] HashAlgorithms = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

    /// <summary>Looks at the form.</summary>
    /// <param name="token">The token.</param>
    /// <param name="signer">The certificate that the token's signer is said to have, whose issuer and serial number it must repeat exactly; null where there is none.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public static string? FindFault(ReadOnlyMemory<byte> token, X509Certificate2? signer)
    {
        try
        {
            var reader = new AsnReader(token, AsnEncodingRules.DER);
            var contentInfo = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            if (contentInfo.ReadObjectIdentifier() != SignedData)
            {
                return "it is not signed data";
            }

            var wrapped = contentInfo.ReadSequence(Context0);
            contentInfo.ThrowIfNotEmpty();
            var signedData = wrapped.ReadSequence();
            wrapped.ThrowIfNotEmpty();
            return FindFault(signedData, signer);
        }
        catch (AsnContentException)
        {
            return "it is not DER";
        }
    }

    private static string? FindFault(AsnReader signedData, X509Certificate2? signer)
    {
        var version = signedData.ReadInteger();
        var hashes = signedData.ReadSetOf();
        var hash = ReadHash(hashes);
        var isOneHash = !hashes.HasData;
        var content = signedData.ReadSequence();
        var contentType = content.ReadObjectIdentifier();
        var octets = content.ReadSequence(Context0);
        octets.ReadOctetString();
        octets.ThrowIfNotEmpty();
        content.ThrowIfNotEmpty();
        if (signedData.PeekTag().HasSameClassAndValue(Context0))
        {
            var certificates = signedData.ReadSetOf(skipSortOrderValidation: true, Context0);
            for (var count = 0; certificates.HasData; count++)
            {
                certificates.ReadSequence();
                if (count >= MaxCertificates)
                {
                    return $"it holds more than {MaxCertificates} certificates";
                }
            }
        }

        if (!signedData.PeekTag().HasSameClassAndValue(Asn1Tag.SetOf))
        {
            return "it holds more than certificates and a signature";
        }

        var signers = signedData.ReadSetOf();
        signedData.ThrowIfNotEmpty();
        var signerInfo = signers.ReadSequence();
        return version != 3 || contentType != TimeStampInfo || hash is null || !isOneHash ? "it is not a time-stamp token hashed with SHA-2"
            : signers.HasData ? "it has more than one signer"
            : FindSignerFault(signerInfo, hash, signer);
    }

    private static string? FindSignerFault(AsnReader signerInfo, string hash, X509Certificate2? signer)
    {
        var version = signerInfo.ReadInteger();
        if (signerInfo.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var issuerAndSerial = signerInfo.ReadSequence();
            var issuer = issuerAndSerial.ReadEncodedValue();
            var serial = issuerAndSerial.ReadIntegerBytes();
            issuerAndSerial.ThrowIfNotEmpty();
            if (
                version != BigInteger.One
                || (
                    signer is not null
                    && !(issuer.Span.SequenceEqual(signer.IssuerName.RawData) && serial.Span.SequenceEqual(signer.SerialNumberBytes.Span))
                )
            )
            {
                return "it does not name its signer's certificate";
            }
        }
        else
        {
            signerInfo.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
            if (version != 3)
            {
                return "it does not name its signer's certificate";
            }
        }

        if (ReadHash(signerInfo) != hash)
        {
            return "it is hashed with two algorithms";
        }

        signerInfo.ReadSetOf(Context0);
        var isSignatureAlgorithm = HasPlainAlgorithm(signerInfo.ReadSequence());
        signerInfo.ReadOctetString();
        return !isSignatureAlgorithm ? "its signature algorithm has odd parameters"
            : signerInfo.HasData ? "it has attributes that nobody signed"
            : null;
    }

    private static string? ReadHash(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        var name = algorithm.ReadObjectIdentifier();
        return HashAlgorithms.Contains(name, StringComparer.Ordinal) && HasNoParameters(algorithm) ? name : null;
    }

    // RSA-PSS has parameters that the signature's own verification reads.
    private static bool HasPlainAlgorithm(AsnReader algorithm) => algorithm.ReadObjectIdentifier() == RsaPss || HasNoParameters(algorithm);

    private static bool HasNoParameters(AsnReader algorithm)
    {
        if (algorithm.HasData)
        {
            algorithm.ReadNull();
        }

        return !algorithm.HasData;
    }
}
