using System.Net;
using System.Net.Http.Headers;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>
/// Sends requests to one MLflow server: with credentials that never leave its origin, repeated only where that is safe and only a few times, with answers
/// that are bounded in size, depth and time.
/// </summary>
internal sealed class MlflowHttp
{
    private const int MaxRedirects = 5;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly MlflowServerLimits _limits;
    private readonly AuthorizationHeader _authorization;

    /// <param name="trackingUri">Address with path prefix; user and password in it are taken for credentials.</param>
    /// <param name="http">The transport.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="time">The clock.</param>
    public MlflowHttp(Uri trackingUri, HttpClient http, MlflowCredentials credentials, MlflowServerLimits limits, TimeProvider time)
    {
        _http = http;
        _time = time;
        _limits = limits;
        _authorization = AuthorizationHeader.From(credentials, trackingUri.UserInfo);
        Base = new Uri(
            trackingUri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') + "/"
        );
    }

    /// <summary>The server's address with its prefix, ending in a slash, without credentials.</summary>
    public Uri Base { get; }

    /// <summary>Sends, and reads the answer whole.</summary>
    public async Task<MlflowAnswer> SendAsync(MlflowRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var isLast = attempt >= _limits.MaxRetries || !request.IsRepeatable;
            TimeSpan? wait;
            try
            {
                using var limit = new AttemptLimit(_limits.Timeout, _time, cancellationToken);
                using var response = await ReachAsync(request, limit, cancellationToken).ConfigureAwait(false);
                wait = isLast ? null : PauseBeforeRepeating(response, attempt);
                if (wait is null)
                {
                    return await ReadAsync(request, response, limit, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (MlflowUnavailableException e) when (!isLast && e.InnerException is HttpRequestException)
            {
                wait = Pause(attempt);
            }

            await Task.Delay(wait.Value, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Begins to read an artifact. Never repeated on a 500: MLflow answers that for what does not exist (specs/mlflow.md §0.5), and a client that insists waits for minutes.
    /// </summary>
    /// <returns>The response, which the caller disposes; or the error that it was.</returns>
    public async Task<(HttpResponseMessage? Response, MlflowAnswer? Failure)> OpenAsync(
        MlflowRequest request,
        CancellationToken cancellationToken
    )
    {
        using var limit = new AttemptLimit(_limits.Timeout, _time, cancellationToken);
        var response = await ReachAsync(request, limit, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return (response, null);
        }

        using (response)
        {
            return (null, await ReadAsync(request, response, limit, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>A stream that gives up when the server sends nothing for as long as the timeout.</summary>
    public TimeSpan IdleTimeout => _limits.Timeout;

    /// <summary>The clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>The failure to reach the server, in words.</summary>
    public MlflowUnavailableException Unreachable(Exception cause) =>
        new(
            $"the MLflow server {Base} does not answer: {Shown(cause.Message)}",
            cause,
            "check the tracking URI (MLFLOW_TRACKING_URI) and that the server runs"
        );

    private async Task<HttpResponseMessage> ReachAsync(MlflowRequest request, AttemptLimit limit, CancellationToken cancellationToken)
    {
        var address = new Uri(Base, request.Target);
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendOnceAsync(request, address, limit, cancellationToken).ConfigureAwait(false);
            if (response.RequestMessage?.RequestUri is { } reached && !IsSameOrigin(reached))
            {
                // A client that follows redirects by itself was handed in: what came back is somebody else's.
                response.Dispose();
                throw Elsewhere(reached);
            }

            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return response;
            }

            using (response)
            {
                address = Follow(request, response, address, redirects);
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        MlflowRequest request,
        Uri address,
        AttemptLimit limit,
        CancellationToken cancellationToken
    )
    {
        using var message = new HttpRequestMessage(request.Method, address);
        message.Headers.Authorization = _authorization.Value;
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
            message.Content.Headers.ContentLength = body.Length;
        }

        try
        {
            return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooSlow(e);
        }
    }

    private Uri Follow(MlflowRequest request, HttpResponseMessage response, Uri from, int redirects)
    {
        if (response.Headers.Location is not { } location)
        {
            throw new MlflowFormatException($"the MLflow server answered {(int)response.StatusCode} without saying where to go")
            {
                MayPass = true,
            };
        }

        if (!Uri.TryCreate(from, location, out var target))
        {
            throw new MlflowFormatException($"the MLflow server sends us to what is no address: {Shown(location.OriginalString)}")
            {
                MayPass = true,
            };
        }

        if (!IsSameOrigin(target))
        {
            throw Elsewhere(target);
        }

        if (redirects >= MaxRedirects)
        {
            throw new MlflowFormatException($"the MLflow server redirects {request.Target.Split('?')[0]} more than {MaxRedirects} times")
            {
                MayPass = true,
            };
        }

        if (request.Method != HttpMethod.Get && (int)response.StatusCode is not (307 or 308))
        {
            throw new MlflowUnavailableException(
                $"the MLflow server redirects what is to be written to {Shown(target.AbsolutePath)}",
                "set MLFLOW_TRACKING_URI to the address that it redirects to"
            );
        }

        return target;
    }

    private bool IsSameOrigin(Uri address) =>
        address.Scheme == Base.Scheme
        && address.Port == Base.Port
        && string.Equals(address.IdnHost, Base.IdnHost, StringComparison.OrdinalIgnoreCase);

    private MlflowUnavailableException Elsewhere(Uri target) =>
        new(
            $"the MLflow server sends us to another place, {Shown(target.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped))}; credentials are not sent there",
            "if that is the right server, set MLFLOW_TRACKING_URI to it"
        );

    private string Shown(string text) => TextFromServer.Clean(_authorization.Blot(text), 200);

    private TimeSpan? PauseBeforeRepeating(HttpResponseMessage response, int attempt)
    {
        if ((int)response.StatusCode is not (429 or 500 or 502 or 503 or 504))
        {
            return null;
        }

        return AskedFor(response) is { } asked ? (asked > MlflowServerLimits.MaxRetryAfter ? null : asked) : Pause(attempt);
    }

    // How long the server asks to be left alone, or null where it does not say.
    private TimeSpan? AskedFor(HttpResponseMessage response)
    {
        TimeSpan? asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => null,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }

    private TimeSpan Pause(int attempt) => _limits.RetryPause * Math.Pow(4, attempt);

    private async Task<MlflowAnswer> ReadAsync(
        MlflowRequest request,
        HttpResponseMessage response,
        AttemptLimit limit,
        CancellationToken cancellationToken
    )
    {
        var name = $"{request.Method} {TextFromServer.Clean(request.Target.Split('?')[0], 200)}";
        try
        {
            var bytes = await BoundedBody
                .ReadAsync(response.Content, response.IsSuccessStatusCode ? _limits.MaxAnswerBytes : 1 << 20, limit.Token)
                .ConfigureAwait(false);
            return AnswerReader.Read(
                name,
                response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                bytes,
                _authorization.Blot
            ) with
            {
                RetryAfter = AskedFor(response),
                IsAnonymous = _authorization.Value is null,
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooSlow(e);
        }
    }

    private MlflowUnavailableException TooSlow(Exception cause) =>
        new(
            $"the MLflow server {Base} did not answer within {_limits.Timeout.TotalSeconds:0.###} s",
            cause,
            "try again when it is less busy, or allow more time"
        );
}
