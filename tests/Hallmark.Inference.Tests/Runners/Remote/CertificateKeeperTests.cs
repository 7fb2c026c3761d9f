using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hallmark.Inference.Runners.Remote;

namespace Hallmark.Inference.Tests.Runners.Remote;

public sealed class CertificateKeeperTests : IDisposable
{
    private readonly X509Certificate2 _first = Create();
    private readonly X509Certificate2 _second = Create();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void The_first_valid_certificate_is_kept_and_another_valid_one_is_refused_and_named()
    {
        var keeper = new CertificateKeeper(null);
        Assert.False(keeper.Accept(_second, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.Null(keeper.Kept);
        Assert.True(keeper.Accept(_first, SslPolicyErrors.None));
        Assert.True(keeper.Accept(_first, SslPolicyErrors.None));
        Assert.Null(keeper.Refused);
        Assert.False(keeper.Accept(_second, SslPolicyErrors.None));
        Assert.Equal(Hash(_first), keeper.Kept);
        Assert.Equal(Hash(_second), keeper.Refused);
        Assert.False(keeper.Accept(_first, SslPolicyErrors.RemoteCertificateNameMismatch));
    }

    [Fact]
    public void A_pinned_certificate_is_accepted_whoever_signed_it_and_no_other_even_where_it_is_valid()
    {
        var keeper = new CertificateKeeper(Hash(_first));
        Assert.True(keeper.Accept(_first, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.False(keeper.Accept(_second, SslPolicyErrors.None));
        Assert.False(keeper.Accept(null, SslPolicyErrors.RemoteCertificateNotAvailable));
    }

    [Fact]
    public void Of_many_first_connections_at_once_one_certificate_wins()
    {
        var keeper = new CertificateKeeper(null);
        var accepted = Enumerable.Range(0, 64).AsParallel().Count(i => keeper.Accept(i % 2 == 0 ? _first : _second, SslPolicyErrors.None));
        Assert.Equal(32, accepted);
    }

    private static string Hash(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=model.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero)
        );
    }
}
