using Hallmark.Anchors.Http;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.Commands;

/// <summary>Asks gateways for what a bundle says is published there. What they answer is judged by its bytes.</summary>
/// <param name="http">The bounded client.</param>
internal sealed class GatewayFetch(AnchorHttp http)
{
    private const int MaxAnswerSize = 16 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The bytes of a success; null for anything else, for then the gateway counts as unreachable.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> FetchAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.GetAsync(new Uri(url), MaxAnswerSize, Limit, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccess ? answer.Body : (ReadOnlyMemory<byte>?)null; // a bare null would become empty bytes, which are an answer
        }
        catch (Exception fault) when (fault is UnavailableException or UriFormatException)
        {
            return null;
        }
    }
}
