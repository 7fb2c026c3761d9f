using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hallmark.Core.Failures;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hallmark.Server.Scoring.Access;

/// <summary>The server's certificate and, for mTLS, the authorities whose client certificates are let in.</summary>
public sealed class ServerTls : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _chain;
    private readonly X509Certificate2Collection? _clientAuthorities;

    private ServerTls(X509Certificate2 certificate, X509Certificate2Collection chain, X509Certificate2Collection? clientAuthorities)
    {
        _certificate = certificate;
        _chain = chain;
        _clientAuthorities = clientAuthorities;
    }

    /// <summary>True where a client without a certificate is not let in.</summary>
    public bool RequiresClientCertificate => _clientAuthorities is not null;

    /// <summary>Reads PEM files.</summary>
    /// <param name="certificateFile">The server's certificate, and behind it the chain that clients need.</param>
    /// <param name="keyFile">Its private key, unencrypted (PKCS #8, PKCS #1 or SEC 1); for its owner only.</param>
    /// <param name="clientAuthorityFile">The authorities whose client certificates are let in; null where clients need none.</param>
    /// <exception cref="BadInputException">A file cannot be read or is not what it should be.</exception>
    public static ServerTls Read(string certificateFile, string keyFile, string? clientAuthorityFile)
    {
        PrivateFile.RequireOwnerOnly(keyFile, "the private key");
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            X509Certificate2Collection? authorities = null;
            if (clientAuthorityFile is not null)
            {
                authorities = [];
                authorities.ImportFromPemFile(clientAuthorityFile);
                if (authorities.Count == 0)
                {
                    throw new BadInputException($"{clientAuthorityFile} holds no certificate in PEM");
                }
            }

            return new ServerTls(certificate, chain, authorities);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException(
                $"the certificates cannot be read ({certificateFile}, {keyFile}{(clientAuthorityFile is null ? "" : ", " + clientAuthorityFile)})",
                fault,
                "PEM files: the certificate with its chain, its unencrypted private key, and the authorities of the clients"
            );
        }
    }

    /// <summary>Sets up a listener.</summary>
    internal void Apply(HttpsConnectionAdapterOptions options)
    {
        options.ServerCertificate = _certificate;
        options.ServerCertificateChain = _chain;
        options.SslProtocols = System.Security.Authentication.SslProtocols.None;
        if (_clientAuthorities is not null)
        {
            options.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            options.ClientCertificateValidation = (certificate, _, errors) =>
                !errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) && IsOurClient(certificate);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _certificate.Dispose();
        foreach (var certificate in _chain.Concat(_clientAuthorities ?? []))
        {
            certificate.Dispose();
        }
    }

    // Only the authorities that were named count, not those that the machine trusts for web sites.
    private bool IsOurClient(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_clientAuthorities!); // set wherever this is asked
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }
}
