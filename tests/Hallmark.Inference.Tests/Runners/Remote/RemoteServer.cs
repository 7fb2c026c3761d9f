using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hallmark.Inference.Runners.Remote;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Inference.Tests.Runners.Remote;

/// <summary>A model server of this process: answers as a test says, and remembers the bodies that it got.</summary>
internal sealed class RemoteServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Type, string Body)> _bodies;

    private RemoteServer(LoopbackServer http, ConcurrentQueue<(string Type, string Body)> bodies) => (Http, _bodies) = (http, bodies);

    public LoopbackServer Http { get; }

    public Uri Address => new(Http.Address);

    public (string Type, string Body) LastBody => _bodies.Last();

    /// <summary>Starts a server whose model answers a text; other questions as MLflow does.</summary>
    public static Task<RemoteServer> StartAsync(string answer = """{"predictions": [1]}""", X509Certificate2? certificate = null) =>
        StartAsync(context => context.Response.WriteAsync(answer), certificate);

    /// <summary>Starts a server whose model answers by a handler.</summary>
    public static async Task<RemoteServer> StartAsync(RequestDelegate invocations, X509Certificate2? certificate = null)
    {
        var bodies = new ConcurrentQueue<(string, string)>();
        var http = await LoopbackServer.StartAsync(
            async context =>
            {
                if (context.Request.Path.Value!.EndsWith("/invocations", StringComparison.Ordinal))
                {
                    using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
                    bodies.Enqueue((context.Request.ContentType ?? "", await reader.ReadToEndAsync()));
                    await invocations(context);
                }
                else
                {
                    await context.Response.WriteAsync(
                        context.Request.Path.Value.EndsWith("/version", StringComparison.Ordinal) ? "3.6.1" : "\n"
                    );
                }
            },
            certificate
        );
        return new RemoteServer(http, bodies);
    }

    public Task<RemoteRunner> ConnectAsync() => ConnectAsync(new RemoteRunnerOptions { Address = Address });

    public static Task<RemoteRunner> ConnectAsync(RemoteRunnerOptions options) =>
        RemoteRunner.ConnectAsync(options, TimeProvider.System, CancellationToken.None);

    public ValueTask DisposeAsync() => Http.DisposeAsync();
}
