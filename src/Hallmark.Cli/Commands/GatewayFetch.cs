using Hallmark.Anchors.Http;
using Hallmark.Core.Failures;
using Microsoft.Extensions.DependencyInjection;

namespace Hallmark.Cli.Commands;

/// <summary>Asks gateways for what a bundle says is published there. What they answer is judged by its bytes.</summary>
internal sealed class GatewayFetch : IDisposable
{
    private const int MaxAnswerSize = 16 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ServiceProvider _services;
    private readonly AnchorHttp _http;

    public GatewayFetch(TimeProvider time)
    {
        var services = new ServiceCollection();
        services
            .AddHttpClient("gateways", client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(AnchorHttp.CreateHandler);
        _services = services.BuildServiceProvider();
        _http = new AnchorHttp(_services.GetRequiredService<IHttpClientFactory>().CreateClient("gateways"), allowPlainHttp: false, time);
    }

    /// <summary>The bytes of a success; null for anything else, for then the gateway counts as unreachable.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> FetchAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _http.GetAsync(new Uri(url), MaxAnswerSize, Limit, cancellationToken).ConfigureAwait(false);
            return (int)answer.Status is >= 200 and < 300 ? answer.Body : null;
        }
        catch (Exception fault) when (fault is UnavailableException or UriFormatException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _services.Dispose();
}
