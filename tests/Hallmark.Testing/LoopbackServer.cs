using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hallmark.Testing;

/// <summary>A real HTTP server on a free loopback port that answers with a handler and remembers what it was asked.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<AskedRequest> _asked;
    private readonly HeldPort _port;

    private LoopbackServer(WebApplication application, ConcurrentQueue<AskedRequest> asked, HeldPort port, string address)
    {
        _application = application;
        _asked = asked;
        _port = port;
        Address = address;
    }

    /// <summary>Such as <c>http://127.0.0.1:40123</c>.</summary>
    public string Address { get; }

    /// <summary>Every request so far, in order.</summary>
    public IReadOnlyList<AskedRequest> Asked => [.. _asked];

    /// <summary>Starts a server.</summary>
    /// <param name="handler">Answers.</param>
    /// <param name="certificate">For TLS; null for plain HTTP.</param>
    public static async Task<LoopbackServer> StartAsync(RequestDelegate handler, X509Certificate2? certificate = null)
    {
        var asked = new ConcurrentQueue<AskedRequest>();
        var port = new HeldPort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(
                IPAddress.Loopback,
                port.Number,
                listen =>
                {
                    if (certificate is not null)
                    {
                        listen.UseHttps(certificate, https => https.HandshakeTimeout = TimeSpan.FromMinutes(2));
                    }
                }
            );
            kestrel.Limits.MaxRequestBodySize = null;

            // A busy machine is slow on both sides; how long is waited is the asking side's matter.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromMinutes(10);
            kestrel.AddServerHeader = false;
        });
        var application = builder.Build();
        application.Run(context =>
        {
            asked.Enqueue(
                new AskedRequest(
                    context.Request.Method,
                    context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                    context.Request.Headers.Authorization.ToString(),
                    context.Request.ContentLength,
                    context.Request.Headers.TransferEncoding.ToString()
                )
            );
            return handler(context);
        });
        await application.StartAsync();
        var address = application
            .Services.GetRequiredService<IServer>()
            .Features.GetRequiredFeature<IServerAddressesFeature>()
            .Addresses.Single();
        return new LoopbackServer(application, asked, port, address);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();

        // The port stays held until the collector comes: a test that asks for a server that went away must not meet another test's.
        GC.KeepAlive(_port);
    }
}
