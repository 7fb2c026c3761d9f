using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Hallmark.Anchors.Tests.TimeStampAuthority;

/// <summary>Makes tokens that <c>openssl ts</c> refuses to make: the facts of a real one, signed by a certificate that should not.</summary>
internal sealed class TokenForger(X509Certificate2 root)
{
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>A signer's certificate under the root.</summary>
    public X509Certificate2 Certify(DateTimeOffset from, DateTimeOffset to, bool isCritical = true, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Forged signer", key, HashAlgorithmName.SHA256);
        if (uses.Length > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. uses.Select(use => new Oid(use))], isCritical));
        }

        // The root may be younger than the certificate: only the signer's own dates are under test.
        using var issued = request.Create(
            root.SubjectName,
            X509SignatureGenerator.CreateForECDsa(root.GetECDsaPrivateKey()!),
            from,
            to,
            [7]
        );
        return issued.CopyWithPrivateKey(key);
    }

    public X509Certificate2 CertifyForTimeStamps(DateTimeOffset from, DateTimeOffset to) => Certify(from, to, true, TimeStamping);

    /// <summary>Signs a token's facts anew.</summary>
    /// <param name="token">A token.</param>
    /// <param name="signer">With its key.</param>
    /// <param name="named">The certificate that the signed attribute names; null for the signer's.</param>
    public static byte[] SignAnew(byte[] token, X509Certificate2 signer, X509Certificate2? named = null)
    {
        Assert.True(Rfc3161TimestampToken.TryDecode(token, out var decoded, out _));
        var cms = new SignedCms(new ContentInfo(new Oid("1.2.840.113549.1.9.16.1.4"), decoded.TokenInfo.Encode()));
        var with = new CmsSigner(signer)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"),
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
        with.SignedAttributes.Add(new AsnEncodedData(new Oid("1.2.840.113549.1.9.16.2.47"), NameCertificate(named ?? signer)));
        cms.ComputeSignature(with);
        return cms.Encode();
    }

    // SigningCertificateV2 (RFC 5035 §3) with the default hash, SHA-256.
    private static byte[] NameCertificate(X509Certificate2 certificate)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteOctetString(SHA256.HashData(certificate.RawData));
        }

        return writer.Encode();
    }
}
