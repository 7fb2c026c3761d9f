using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>The questions to one token, in the order of RFC 3161 §2.2 and §2.3. Asks nobody outside: no revocation lists, no issuers fetched.</summary>
/// <param name="trust">Which root and policy count.</param>
/// <param name="checks">Receives the answers.</param>
internal sealed class TokenInspection(TimeStampTrust trust, ReceiptCheckList checks)
{
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>The token's own facts; null where it could not be read.</summary>
    public Rfc3161TimestampTokenInfo? Facts { get; private set; }

    /// <summary>The certificate of whoever signed it; null where there is none in it.</summary>
    public X509Certificate2? Signer { get; private set; }

    /// <summary>True where the certificate was led to a trusted root.</summary>
    public bool IsTrusted { get; private set; }

    /// <summary>Where <see cref="IsTrusted"/>: the certificates from the signer's up, without the root.</summary>
    public IReadOnlyList<X509Certificate2> Path { get; private set; } = [];

    /// <summary>The time until which the token vouches: its time and its accuracy.</summary>
    public DateTimeOffset? LatestTime =>
        Facts is not { } facts ? null
        : DateTimeOffset.MaxValue - facts.Timestamp > AccuracyOf(facts) ? facts.Timestamp + AccuracyOf(facts)
        : DateTimeOffset.MaxValue;

    /// <summary>Asks everything but whether the time is plausible.</summary>
    public void Run(Digest digest, TimeStampProof proof)
    {
        try
        {
            Ask(digest, proof);
        }
        catch (CryptographicException)
        {
            // The platform reads certificates' extensions when it comes to them, and throws where they are none.
            IsTrusted = false;
            checks.Fail("certificates", "malformed", "a certificate in the token is malformed");
        }
    }

    private void Ask(Digest digest, TimeStampProof proof)
    {
        if (
            proof.Token is not { } bytes
            || Decode(bytes) is not { } cms
            || !Rfc3161TimestampTokenInfo.TryDecode(cms.ContentInfo.Content, out var facts, out _)
        )
        {
            checks.Fail("token", "malformed", "it is no time-stamp token");
            return;
        }

        Facts = facts;
        Signer = cms.SignerInfos[0].Certificate;
        var fault = TokenForm.FindFault(bytes, Signer);
        checks.Decide(
            "token",
            fault is null ? null : ("malformed", $"it is no time-stamp token that is accepted: {fault}"),
            Describe(Facts)
        );
        AskRequest(digest, proof.Request, Facts);
        if (Signer is null)
        {
            checks.Fail("signature", "no_certificate", "the token does not hold its signer's certificate, which was asked for");
            return;
        }

        AskSignature(bytes, cms, digest, Signer);
        AskChain(cms, Signer, Facts);
    }

    /// <summary>Holds the token's time against this machine's clock.</summary>
    public void AskTime(DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        if (Facts is { } facts && (facts.Timestamp < Earlier(notBefore) || facts.Timestamp > Later(notAfter)))
        {
            checks.Add(
                new Core.Checks.Check
                {
                    Name = "time",
                    Outcome = Core.Checks.CheckOutcome.NotRun,
                    Reason = "clocks_disagree",
                    Detail =
                        $"the authority says {Format(facts.Timestamp)}, this machine's clock {Format(notAfter)}: one of the two is wrong",
                }
            );
        }
    }

    private void AskRequest(Digest digest, byte[] request, Rfc3161TimestampTokenInfo facts)
    {
        checks.Decide(
            "imprint",
            facts.HashAlgorithmId.Value == "2.16.840.1.101.3.4.2.1" && facts.GetMessageHash().Span.SequenceEqual(digest.Bytes)
                ? null
                : ("another_digest", "the token is for another digest"),
            "the token is for this content's SHA-256"
        );

        // Written anew from the token's own numbers: the request matches to the bit, or the token answers another one.
        checks.Decide(
            "nonce",
            facts.GetNonce() is { } nonce && new[] { facts.PolicyId.Value, null }.Any(policy => IsRequest(request, digest, nonce, policy))
                ? null
                : ("another_request", "the token does not answer the request in the receipt"),
            "the token answers the request, by its nonce"
        );
        if (trust.Policy is { } policy)
        {
            checks.Decide(
                "policy",
                facts.PolicyId.Value == policy
                    ? null
                    : ("another_policy", $"the token was made under policy {facts.PolicyId.Value}, expected is {policy}"),
                $"made under policy {policy}"
            );
        }
    }

    private static bool IsRequest(byte[] request, Digest digest, ReadOnlyMemory<byte> nonce, string? policy) =>
        TimeStampRequest.Write(digest, nonce.Span, policy) is { } expected && expected.AsSpan().SequenceEqual(request);

    private void AskSignature(byte[] bytes, SignedCms cms, Digest digest, X509Certificate2 signer)
    {
        checks.Decide("signature", FindSignatureFault(cms), $"signed by {signer.Subject}");
        var use = signer.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToList();
        checks.Decide(
            "certificate_use",
            use is [{ Critical: true, EnhancedKeyUsages: { Count: 1 } uses }] && uses[0].Value == TimeStamping
                ? null
                : ("not_for_time_stamps", "the signer's certificate is not for time stamps alone, marked critical"),
            "the signer's certificate is for time stamps alone"
        );

        // What is left of the platform's own verification after the questions above: the signed attribute that names the certificate (RFC 2634, RFC 5035).
        var isBound = false;
        try
        {
            isBound =
                Rfc3161TimestampToken.TryDecode(bytes, out var token, out _)
                && token.VerifySignatureForHash(digest.Bytes, HashAlgorithmName.SHA256, out var verified)
                && verified.RawDataMemory.Span.SequenceEqual(signer.RawDataMemory.Span);
        }
        catch (CryptographicException)
        {
            // No match either.
        }

        checks.Decide(
            "certificate_binding",
            isBound
                ? null
                : ("not_bound", "the token is not bound to its signer's certificate, or the certificate was not valid at its time"),
            "the signed attributes name the certificate"
        );
    }

    private static SignedCms? Decode(byte[] token)
    {
        if (TokenForm.FindFault(token, signer: null) is not null)
        {
            return null;
        }

        try
        {
            var cms = new SignedCms();
            cms.Decode(token);

            // Certificates are read when they are asked for, and may be none.
            return cms.SignerInfos.Count == 1 && cms.Certificates.Count >= 0 ? cms : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static (string, string)? FindSignatureFault(SignedCms cms)
    {
        try
        {
            cms.SignerInfos[0].CheckSignature(verifySignatureOnly: true);
            return null;
        }
        catch (CryptographicException)
        {
            return ("signature_invalid", "the signature does not verify");
        }
    }

    private void AskChain(SignedCms cms, X509Certificate2 signer, Rfc3161TimestampTokenInfo facts)
    {
        if (trust.Roots.Count == 0)
        {
            checks.Add(
                new Core.Checks.Check
                {
                    Name = "chain",
                    Outcome = Core.Checks.CheckOutcome.NotRun,
                    Reason = "no_root_given",
                    Detail = $"nobody said which root to trust; the certificate is of {signer.Subject}, issued by {signer.Issuer}",
                }
            );
            return;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trust.Roots);
        chain.ChainPolicy.ExtraStore.AddRange(cms.Certificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = facts.Timestamp.LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(TimeStamping));
        IsTrusted = chain.Build(signer);
        if (!IsTrusted)
        {
            var why = string.Join("; ", chain.ChainStatus.Select(static status => status.StatusInformation.Trim()).Distinct());
            checks.Fail(
                "chain",
                "not_trusted",
                $"the certificate of {signer.Subject} does not lead to a given root at {Format(facts.Timestamp)}: {why}"
            );
            return;
        }

        Path =
        [
            .. chain.ChainElements.SkipLast(1).Select(static element => X509CertificateLoader.LoadCertificate(element.Certificate.RawData)),
        ];
        checks.Pass(
            "chain",
            $"leads to {chain.ChainElements[^1].Certificate.Subject}, valid at the token's time; revocation was not looked up"
        );
        AskOtherCertificates(cms);
    }

    // Certificates that the chain did not need are not covered by any signature that was checked.
    private void AskOtherCertificates(SignedCms cms)
    {
        var others = cms.Certificates.Count(held => !Path.Any(used => used.RawDataMemory.Span.SequenceEqual(held.RawDataMemory.Span)));
        if (others > 0)
        {
            checks.Skip("other_certificates", "not_used", $"{others} certificates in the token were not needed and not looked at");
        }
    }

    // Clocks may stand anywhere; the ends of time are no reason to throw.
    private DateTimeOffset Earlier(DateTimeOffset at) =>
        at - DateTimeOffset.MinValue > trust.ClockTolerance ? at - trust.ClockTolerance : DateTimeOffset.MinValue;

    private DateTimeOffset Later(DateTimeOffset at) =>
        DateTimeOffset.MaxValue - at > trust.ClockTolerance ? at + trust.ClockTolerance : DateTimeOffset.MaxValue;

    private static TimeSpan AccuracyOf(Rfc3161TimestampTokenInfo facts) =>
        facts.AccuracyInMicroseconds is { } accuracy and > 0 ? TimeSpan.FromMicroseconds(accuracy) : TimeSpan.Zero;

    private static string Describe(Rfc3161TimestampTokenInfo facts) =>
        $"time stamp {Convert.ToHexStringLower(facts.GetSerialNumber().Span)} of {Format(facts.Timestamp)}, "
        + (
            facts.AccuracyInMicroseconds is { } accuracy
                ? $"right to {TimeSpan.FromMicroseconds(accuracy).TotalSeconds.ToString(CultureInfo.InvariantCulture)} s"
                : "accuracy not stated"
        );

    private static string Format(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
