using System.Net;
using System.Net.Security;

namespace Hallmark.Mlflow.RestStore;

/// <summary>The transport that an MLflow server should be reached with.</summary>
public static class MlflowServerHandler
{
    /// <summary>A handler that follows no redirect by itself, keeps no cookies and sends no other credentials. Register it as the primary handler of the named client.</summary>
    /// <param name="allowInsecureTls">Accepts any certificate: whoever sits on the wire can then answer for the server.</param>
    public static SocketsHttpHandler Create(bool allowInsecureTls) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
            SslOptions = allowInsecureTls ? AcceptAnyCertificate() : new SslClientAuthenticationOptions(),
        };

    private static SslClientAuthenticationOptions AcceptAnyCertificate() =>
        new()
        {
#pragma warning disable CA5359 // asked for by name: MLFLOW_TRACKING_INSECURE_TLS
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        };
}
