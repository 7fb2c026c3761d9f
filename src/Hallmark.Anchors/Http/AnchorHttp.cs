using System.Globalization;
using System.Net.Http.Headers;

namespace Hallmark.Anchors.Http;

/// <summary>
/// Talks to one place on the network as to a stranger: answers are bounded in size and time, a redirect to another host is refused, and so is plain HTTP to anything but
/// this machine unless it was allowed by name.
/// </summary>
/// <param name="client">Made from a handler of <see cref="CreateHandler"/>.</param>
/// <param name="allowPlainHttp">True where the settings allow <c>http</c> to hosts other than this machine: whoever sits on the wire can then read and answer.</param>
/// <param name="time">The clock, for time limits and <c>Retry-After</c> dates.</param>
public sealed class AnchorHttp(HttpClient client, bool allowPlainHttp, TimeProvider time)
{
    private const int MaxRedirects = 3;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    /// <summary>A handler that follows no redirect by itself, keeps no cookies, and unpacks nothing.</summary>
    public static SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
        };

    /// <summary>Sends a request and reads the whole answer, whatever its status.</summary>
    /// <param name="create">Makes the request; called again for a redirect within the same host (GET only).</param>
    /// <param name="maxBytes">The longest body that is read.</param>
    /// <param name="timeout">For the whole exchange, body included.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <exception cref="AnchorUnavailableException">No answer, no end of it, too large an answer, a redirect elsewhere, or an address that is not allowed.</exception>
    public async Task<AnchorAnswer> SendAsync(
        Func<HttpRequestMessage> create,
        int maxBytes,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(create);
        using var clock = new CancellationTokenSource(timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        Uri? target = null;
        var host = "the anchor";
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                using var request = create();
                target = request.RequestUri = target ?? request.RequestUri ?? throw new ArgumentException("A request needs an address.");
                host = target.Authority;
                RequireAllowed(target);
                using var response = await client
                    .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token)
                    .ConfigureAwait(false);
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                {
                    return await ReadAsync(host, response, maxBytes, limit.Token).ConfigureAwait(false);
                }

                target = FollowWithinHost(target, request.Method, response.Headers.Location, redirects);
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AnchorUnavailableException($"{host} did not answer within {timeout.TotalSeconds:0} s", late);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new AnchorUnavailableException($"{host} cannot be reached: {fault.Message}", fault, "check the network and the address");
        }
    }

    /// <summary>Sends a GET; see <see cref="SendAsync"/>.</summary>
    public Task<AnchorAnswer> GetAsync(Uri address, int maxBytes, TimeSpan timeout, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), maxBytes, timeout, cancellationToken);

    private void RequireAllowed(Uri target)
    {
        if (target.Scheme != Uri.UriSchemeHttps && !(target.Scheme == Uri.UriSchemeHttp && (target.IsLoopback || allowPlainHttp)))
        {
            throw new AnchorUnavailableException(
                $"{target.Scheme}://{target.Authority} is not encrypted",
                "use https, or allow it for this anchor with \"allow_plain_http\": true in hallmark.json"
            );
        }
    }

    private static Uri FollowWithinHost(Uri from, HttpMethod method, Uri? location, int redirects)
    {
        var to = location is null ? null : new Uri(from, location);
        if (
            to is null
            || method != HttpMethod.Get
            || redirects >= MaxRedirects
            || to.Authority != from.Authority
            || to.Scheme != from.Scheme
        )
        {
            throw new AnchorUnavailableException(
                $"{from.Authority} redirects{(to is null ? "" : $" to {to.Scheme}://{to.Authority}")}, which is not followed",
                "if that is right, put the new address into hallmark.json"
            );
        }

        return to;
    }

    private async Task<AnchorAnswer> ReadAsync(string host, HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            throw TooLarge(host, maxBytes);
        }

        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var read = new MemoryStream();
            var buffer = new byte[16_384];
            for (int count; (count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; )
            {
                if (read.Length + count > maxBytes)
                {
                    throw TooLarge(host, maxBytes);
                }

                read.Write(buffer, 0, count);
            }

            return new AnchorAnswer(
                host,
                (int)response.StatusCode,
                read.ToArray(),
                response.Content.Headers.ContentType?.MediaType,
                FindRetryAfter(response.Headers.RetryAfter)
            );
        }
    }

    private TimeSpan? FindRetryAfter(RetryConditionHeaderValue? header)
    {
        var asked = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return asked is { } pause && pause > TimeSpan.Zero ? (pause < LongestRetryAfter ? pause : LongestRetryAfter) : null;
    }

    private static AnchorUnavailableException TooLarge(string host, int maxBytes) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{host} answered more than the {maxBytes:N0} bytes that are read of it"));
}
