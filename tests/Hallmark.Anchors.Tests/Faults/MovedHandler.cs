using System.Collections.Concurrent;

namespace Hallmark.Anchors.Tests.Faults;

/// <summary>Asks somebody else in place of a host, as after a change of its DNS record.</summary>
internal sealed class MovedHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Who is asked instead, by the host and port that are named.</summary>
    public ConcurrentDictionary<string, Uri> Moves { get; } = new(StringComparer.Ordinal);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } named && Moves.TryGetValue(named.Authority, out var instead))
        {
            request.RequestUri = new Uri(instead, named.PathAndQuery);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
