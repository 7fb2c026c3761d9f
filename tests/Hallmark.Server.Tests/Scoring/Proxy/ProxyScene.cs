using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners.Remote;
using Hallmark.Inference.Runners.Scoring;
using Hallmark.Mlflow.Events;
using Hallmark.Server.Scoring;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hallmark.Server.Tests.Scoring.Proxy;

/// <summary>A server with receipts in front of a model server of another process.</summary>
internal sealed class ProxyScene : IAsyncDisposable
{
    private readonly RemoteRunner _runner;
    private readonly ScoringServer _server;

    private ProxyScene(UpstreamProcess upstream, RemoteRunner runner, RememberingLog log, ScoringServer server)
    {
        (Upstream, _runner, Log, _server) = (upstream, runner, log, server);
        Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public UpstreamProcess Upstream { get; }

    public RememberingLog Log { get; }

    public HttpClient Client { get; }

    public (PredictionFacts Facts, RecordOptions Options) Recorded => Assert.Single(Log.Recorded);

    public static async Task<ProxyScene> StartAsync()
    {
        var upstream = await UpstreamProcess.StartAsync();
        var runner = await RemoteRunner.ConnectAsync(
            new RemoteRunnerOptions
            {
                Address = upstream.Address,
                Limits = new ExchangeLimits { MaxAnswerInBytes = 1 << 20 },
            },
            TimeProvider.System,
            default
        );
        var identity = new ModelIdentity
        {
            Uri = upstream.Address.ToString(),
            Name = "behind",
            Version = ModelIdentity.Unknown,
            RunId = ModelIdentity.Unknown,
        };
        var log = new RememberingLog();
        var service = new PredictionService(runner, identity, log, TimeProvider.System, new PredictionServiceOptions());
        var model = new GuardedModel(service, identity, runner, (_, _) => Task.FromResult<ReadOnlyMemory<byte>?>(null));
        var options = new ScoringServerOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var server = await ScoringServer.StartAsync(options, model, TimeProvider.System, NullLoggerFactory.Instance, default);
        return new ProxyScene(upstream, runner, log, server);
    }

    /// <summary>Asks; the server behind answers by its mode.</summary>
    public async Task<HttpResponseMessage> PostAsync(byte[] body, string? mode = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/invocations") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (mode is not null)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mode));
        }

        return await Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string? mode = null, string type = "application/json") =>
        PostAsync(Encoding.UTF8.GetBytes(body), mode, type);

    /// <summary>SHA-256 of a text, as records have it.</summary>
    public static string HashOf(string canonical) => HashOf(Encoding.UTF8.GetBytes(canonical));

    /// <summary>SHA-256 of bytes, as records have it.</summary>
    public static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _server.StopAsync(atOnce.Token);
        await _server.DisposeAsync();
        await _runner.DisposeAsync();
        Upstream.Dispose();
    }
}
