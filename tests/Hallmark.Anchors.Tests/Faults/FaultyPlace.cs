using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.Faults;

/// <summary>A real server that fails in one way, whatever it is asked.</summary>
internal sealed class FaultyPlace : IAsyncDisposable
{
    public static readonly TimeSpan AskedPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan AnyTimeLimit = TimeSpan.FromHours(1);
    private readonly LoopbackServer _server;
    private readonly X509Certificate2 _certificate;

    private FaultyPlace(LoopbackServer server, LoopbackServer elsewhere, X509Certificate2 certificate) =>
        (_server, Elsewhere, _certificate) = (server, elsewhere, certificate);

    public string Address => _server.Address;

    /// <summary>Whom it sends everybody to where it redirects.</summary>
    public LoopbackServer Elsewhere { get; }

    /// <param name="fault">How it fails.</param>
    /// <param name="clock">The clock of time limits, moved past every one of them by a place that is slow.</param>
    public static async Task<FaultyPlace> StartAsync(HttpFault fault, TestClock clock)
    {
        var elsewhere = await LoopbackServer.StartAsync(static context => context.Response.WriteAsync("gotcha"));
        var certificate = TestCertificate.Create();
        var server = await LoopbackServer.StartAsync(
            context => FailAsync(fault, context, clock, elsewhere.Address),
            fault is HttpFault.BrokenTls ? certificate : null
        );
        if (fault is HttpFault.Down)
        {
            await server.DisposeAsync();
        }

        return new FaultyPlace(server, elsewhere, certificate);
    }

    /// <summary>What a person is told of it.</summary>
    public static string Words(HttpFault fault) =>
        fault switch
        {
            HttpFault.Down or HttpFault.BrokenTls => "cannot be reached",
            HttpFault.Slow => "did not answer within",
            HttpFault.ServerError => "HTTP 503",
            HttpFault.TooManyRequests => "HTTP 429",
            HttpFault.Redirect => "which is not followed",
            HttpFault.Gigabyte => "answered more than the",
            // Each protocol says in its own words what it expected.
            _ => "",
        };

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Elsewhere.DisposeAsync();
        _certificate.Dispose();
    }

    private static async Task FailAsync(HttpFault fault, HttpContext context, TestClock clock, string elsewhere)
    {
        switch (fault)
        {
            case HttpFault.Slow:
                clock.Advance(AnyTimeLimit);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            case HttpFault.ServerError:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
            case HttpFault.TooManyRequests:
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = AskedPause.TotalSeconds.ToString(CultureInfo.InvariantCulture);
                break;
            case HttpFault.Redirect:
                context.Response.Redirect(elsewhere + context.Request.Path, permanent: false, preserveMethod: true);
                break;
            case HttpFault.Gigabyte:
                var block = new byte[1 << 16];
                for (var sent = 0L; sent < 1L << 30 && !context.RequestAborted.IsCancellationRequested; sent += block.Length)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                }

                break;
            default:
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<html>it works</html>");
                break;
        }
    }
}
