using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hallmark.Inference.Runners.Remote;

/// <summary>Keeps to one certificate: the one that was pinned, or the first valid one. Safe for use by several threads.</summary>
/// <param name="pinned">SHA-256, 64 lower-case hex digits, or null.</param>
internal sealed class CertificateKeeper(string? pinned)
{
    private readonly bool _isPinned = pinned is not null;
    private string? _kept = pinned;
    private string? _refused;

    /// <summary>SHA-256 of the certificate that is kept to, or null before the first connection.</summary>
    public string? Kept => Volatile.Read(ref _kept);

    /// <summary>SHA-256 of a certificate that was refused for being another one, or null.</summary>
    public string? Refused => Volatile.Read(ref _refused);

    /// <summary>Judges a handshake.</summary>
    public bool Accept(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || (!_isPinned && errors is not SslPolicyErrors.None))
        {
            return false;
        }

        var found = Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData()));
        var kept = Interlocked.CompareExchange(ref _kept, found, null) ?? found;
        if (kept == found)
        {
            return true;
        }

        Volatile.Write(ref _refused, found);
        return false;
    }
}
