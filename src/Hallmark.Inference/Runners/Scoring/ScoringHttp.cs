using System.Net;
using System.Net.Sockets;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>The transports that scoring servers are reached with: no redirects, no cookies, nothing unpacked.</summary>
internal static class ScoringHttp
{
    /// <summary>To a server on this machine. Never through a proxy: that would see inputs and the secret.</summary>
    /// <param name="socketPath">The Unix socket that it listens on, or null for TCP.</param>
    public static SocketsHttpHandler ForThisMachine(string? socketPath)
    {
        var handler = Create();
        handler.UseProxy = false;
        handler.ConnectTimeout = TimeSpan.FromSeconds(5);
        if (socketPath is not null)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        return handler;
    }

    /// <summary>A handler without anything that could carry a request elsewhere.</summary>
    public static SocketsHttpHandler Create() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // Below the time after which gunicorn (2 s) and uvicorn (5 s) close an idle connection: a prediction must not be sent into one.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
        };
}
