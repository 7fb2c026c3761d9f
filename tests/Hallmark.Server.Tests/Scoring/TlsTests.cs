using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hallmark.Core.Failures;
using Hallmark.Server.Scoring;
using Hallmark.Server.Scoring.Access;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>TLS, and clients that show certificates.</summary>
public sealed class TlsTests : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2126, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _authority = MakeAuthority("ours");
    private readonly X509Certificate2 _stranger = MakeAuthority("theirs");

    [Fact]
    public async Task A_client_that_knows_the_authority_is_served_over_tls()
    {
        await using var scene = await StartAsync(clientAuthority: null, client: null);

        Assert.Equal(Uri.UriSchemeHttps, scene.Server.Address.Scheme);
        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync("""{"inputs":[1]}""")).Status);
    }

    [Fact]
    public async Task Http2_is_spoken_over_tls()
    {
        await using var scene = await StartAsync(clientAuthority: null, client: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await scene.Client.SendAsync(request);

        Assert.Equal(HttpVersion.Version20, response.Version);
    }

    [Fact]
    public async Task With_mtls_a_client_of_the_named_authority_is_let_in()
    {
        await using var scene = await StartAsync(_authority, Issue(_authority, "alice", ClientUse));

        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync("""{"inputs":[1]}""")).Status);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("stranger")]
    [InlineData("server certificate")]
    [InlineData("self-signed")]
    [InlineData("expired")]
    public async Task With_mtls_everybody_else_is_kept_out(string who)
    {
        using var client = who switch
        {
            "none" => null,
            "stranger" => Issue(_stranger, "mallory", ClientUse),
            "server certificate" => Issue(_authority, "server", ServerUse),
            "expired" => Issue(_authority, "old", ClientUse, Begin.AddDays(1)),
            _ => MakeAuthority("alice"),
        };
        await using var scene = await StartAsync(_authority, client);

        await Assert.ThrowsAsync<HttpRequestException>(() => scene.AskAsync("""{"inputs":[1]}"""));
        Assert.Empty(scene.Model.Asked);
    }

    [Fact]
    public void Faulty_certificate_files_are_refused()
    {
        var (certificate, key) = WriteServer();
        var garbage = _folder.File("garbage.pem");
        File.WriteAllText(garbage, "hello");
        OwnerOnly.Set(garbage);

        Assert.Throws<BadInputException>(() => ServerTls.Read(garbage, key, null));
        Assert.Throws<BadInputException>(() => ServerTls.Read(certificate, garbage, null));
        Assert.Throws<BadInputException>(() => ServerTls.Read(certificate, _folder.Path + "/nope", null));
        Assert.Throws<BadInputException>(() => ServerTls.Read(certificate, key, garbage));
        OwnerOnly.Set(key, UnixFileMode.OtherRead);
        Assert.Throws<BadInputException>(() => ServerTls.Read(certificate, key, null));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    private Task<ScoringScene> StartAsync(X509Certificate2? clientAuthority, X509Certificate2? client)
    {
        var (certificate, key) = WriteServer();
        string? authorityFile = null;
        if (clientAuthority is not null)
        {
            authorityFile = _folder.File("clients.pem");
            File.WriteAllText(authorityFile, clientAuthority.ExportCertificatePem());
        }

        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.Issuer == _authority.Subject,
                ClientCertificates = client is null ? null : [client],
                LocalCertificateSelectionCallback = client is null ? null : (_, _, _, _, _) => client,
            },
        };
        return ScoringScene.StartAsync(
            options: new ScoringServerOptions { Tls = ServerTls.Read(certificate, key, authorityFile) },
            handler: handler
        );
    }

    private (string Certificate, string Key) WriteServer()
    {
        using var server = Issue(_authority, "localhost", ServerUse);
        var (certificate, key) = (_folder.File("server.pem"), _folder.File("server.key"));
        File.WriteAllText(certificate, server.ExportCertificatePem());
        using var privateKey = server.GetECDsaPrivateKey()!;
        File.WriteAllText(key, privateKey.ExportPkcs8PrivateKeyPem());
        OwnerOnly.Set(key);
        return (certificate, key);
    }

    private static X509Certificate2 MakeAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Begin, End);
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, string use, DateTimeOffset? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], true));
        using var bare = request.Create(authority, Begin, end ?? End, [1, 2, 3]);
        using var whole = bare.CopyWithPrivateKey(key);

        // A key that lives only in memory is not shown by every platform's TLS.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
