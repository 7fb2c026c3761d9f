using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Http;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.ArioVerify;

/// <summary>Sends requests to the service, again where that may help (mlflow-events.md §8.4): after no answer and after 429, 500, 502, 503 and 504.</summary>
internal sealed class ArioVerifyTransport(AnchorHttp http, ArioVerifyOptions options, TimeProvider time)
{
    private readonly HttpRetries _retries = new(options.Retries, time);

    /// <summary>Sends a request; every one of this service may be sent twice.</summary>
    /// <exception cref="AnchorUnavailableException">No answer after all retries, or one that asks to come back much later.</exception>
    public async Task<AnchorAnswer> SendAsync(
        HttpMethod method,
        string path,
        JsonNode? body,
        int maxBytes,
        CancellationToken cancellationToken,
        string? idempotencyKey = null
    )
    {
        var answer = await _retries
            .SendAsync(
                () => http.SendAsync(() => Create(method, path, body, idempotencyKey), maxBytes, options.Timeout, cancellationToken),
                _ => true,
                cancellationToken
            )
            .ConfigureAwait(false);
        return HttpRetries.MayHelp(answer) ? throw answer.ToException() : answer;
    }

    private HttpRequestMessage Create(HttpMethod method, string path, JsonNode? body, string? idempotencyKey)
    {
        var request = new HttpRequestMessage(method, new Uri(options.Base + path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (options.Tenant is { } tenant)
        {
            request.Headers.Add("X-Tenant-Id", tenant);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(CanonicalJson.Canonicalize(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }
}
