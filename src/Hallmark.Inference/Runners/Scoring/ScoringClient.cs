using System.Net.Http.Headers;
using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Signatures;
using Hallmark.Mlflow.RestStore;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>Speaks MLflow's scoring protocol (mlflow.md §5) with one server. Redirects are never followed; sizes and times are bounded. Safe for use by several threads.</summary>
/// <param name="http">Made by <see cref="ScoringHttp"/>; disposed with this.</param>
/// <param name="root">The server's root, ending with a slash.</param>
/// <param name="server">Who that is, as the subject of a sentence.</param>
/// <param name="limits">Bounds of one prediction.</param>
/// <param name="signature">What the model takes.</param>
/// <param name="time">The clock, for time-outs.</param>
internal sealed class ScoringClient(
    HttpClient http,
    Uri root,
    string server,
    ExchangeLimits limits,
    ModelSignature signature,
    TimeProvider time
) : IDisposable
{
    private const int MaxShortAnswerInBytes = 64 * 1024;
    private const int MaxRefusalInBytes = 1 << 20;
    private const int MaxVersionLength = 128;
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    /// <summary>Asks for one prediction.</summary>
    /// <exception cref="ModelInputException">The input has no such form, or the server says that it does not fit.</exception>
    /// <exception cref="ModelRunException">The model failed, or answered what is no answer.</exception>
    /// <exception cref="UnavailableException">No answer, or none now.</exception>
    public async Task<ModelOutput> PredictAsync(ModelInput input, CancellationToken cancellationToken)
    {
        using var content = ScoringRequest.Write(input, signature, limits.MaxRequestInBytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(root, "invocations")) { Content = content };
        var answer = await SendAsync(request, limits.Timeout, limits.MaxAnswerInBytes, cancellationToken).ConfigureAwait(false);
        return answer.Status == 200 ? ScoringAnswer.Read(server, answer.Body) : throw ScoringRefusal.Describe(server, answer, signature);
    }

    /// <summary>Hands a request on as it came, and gives the answer as it came. Redirects, and refusals of our own credentials, are not the caller's to see.</summary>
    /// <exception cref="ForwardedRefusalException">The server answers with another error.</exception>
    /// <exception cref="ModelRunException">The answer has no end, or is encoded.</exception>
    /// <exception cref="UnavailableException">No answer, a redirect, or a refusal of our credentials.</exception>
    public async Task<ModelOutput> ForwardAsync(RawRequest raw, CancellationToken cancellationToken)
    {
        if (raw.Body.Length > limits.MaxRequestInBytes)
        {
            throw new ModelInputException(
                $"the input has {raw.Body.Length} bytes; at most {limits.MaxRequestInBytes} go to the model",
                "send fewer rows at a time"
            );
        }

        using var content = new ReadOnlyMemoryContent(raw.Body);
        _ = content.Headers.TryAddWithoutValidation("Content-Type", raw.ContentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(root, "invocations")) { Content = content };
        foreach (var (name, value) in raw.Headers)
        {
            _ = request.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await SendAsync(request, limits.Timeout, limits.MaxAnswerInBytes, cancellationToken, isWhole: true)
            .ConfigureAwait(false);
        return ForwardedAnswer.Read(server, answer, signature);
    }

    /// <summary>Asks whether the server is ready: <c>/ping</c>, and where it has none <c>/health</c>.</summary>
    /// <exception cref="UnavailableException">Nobody answers.</exception>
    /// <exception cref="ModelRunException">The answer has no end.</exception>
    public async Task<ScoringHttpAnswer> GetReadinessAsync(CancellationToken cancellationToken)
    {
        var answer = await GetAsync("ping", cancellationToken).ConfigureAwait(false);
        return answer.Status is 404 or 405 ? await GetAsync("health", cancellationToken).ConfigureAwait(false) : answer;
    }

    /// <summary>The status of <see cref="GetReadinessAsync"/>; null where nobody answers.</summary>
    public async Task<int?> FindReadinessAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await GetReadinessAsync(cancellationToken).ConfigureAwait(false)).Status;
        }
        catch (Exception fault) when (fault is UnavailableException or ModelRunException)
        {
            return null;
        }
    }

    /// <summary>What the server says at <c>/version</c>: one printable line of at most 128 characters, else null.</summary>
    public async Task<string?> FindVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await GetAsync("version", cancellationToken).ConfigureAwait(false);
            var text = Encoding.UTF8.GetString(answer.Body).Trim().Trim('"');
            var isVersion =
                answer.Status == 200 && text.Length is > 0 and <= MaxVersionLength && TextFromServer.Clean(text, MaxVersionLength) == text;
            return isVersion && text[0] is not ('<' or '{') ? text : null;
        }
        catch (Exception fault) when (fault is UnavailableException or ModelRunException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();

    private async Task<ScoringHttpAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, path));
        return await SendAsync(request, ShortTimeout, MaxShortAnswerInBytes, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ScoringHttpAnswer> SendAsync(
        HttpRequestMessage request,
        TimeSpan timeout,
        int maxBytes,
        CancellationToken cancellationToken,
        bool isWhole = false
    )
    {
        using var clock = new CancellationTokenSource(timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            var body = await ReadAsync(response, maxBytes, isWhole || status == 200, limit.Token).ConfigureAwait(false);
            return new ScoringHttpAnswer(
                status,
                response.Content.Headers.ContentType?.MediaType,
                body,
                FindRetryAfter(response.Headers.RetryAfter)
            )
            {
                ContentType = FindContentType(response.Content.Headers),
                IsEncoded = response.Content.Headers.ContentEncoding.Count > 0,
            };
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnavailableException($"{server} did not answer within {timeout.TotalSeconds:0.#} s", late);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new UnavailableException($"{server} cannot be reached: {TextFromServer.Clean(fault.Message, 300)}", fault);
        }
    }

    // Of a refusal the beginning is enough: servers repeat the whole input in it.
    private async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, bool isWhole, CancellationToken cancellationToken)
    {
        if (isWhole && response.Content.Headers.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        var max = isWhole ? maxBytes : Math.Min(maxBytes, MaxRefusalInBytes);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var read = new MemoryStream();
            var buffer = new byte[16_384];
            for (int count; (count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; )
            {
                var room = max - (int)read.Length;
                if (count > room && isWhole)
                {
                    throw TooLarge(max);
                }

                read.Write(buffer, 0, Math.Min(count, room));
                if (count > room)
                {
                    break;
                }
            }

            return read.ToArray();
        }
    }

    // Not what the base library makes of it: the caller gets the server's own spelling.
    private static string? FindContentType(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues("Content-Type", out var values) && values.Count == 1 ? values.ToString() : null;

    private TimeSpan? FindRetryAfter(RetryConditionHeaderValue? header)
    {
        var asked = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return asked is { } pause && pause > TimeSpan.Zero ? (pause < LongestRetryAfter ? pause : LongestRetryAfter) : null;
    }

    private ModelRunException TooLarge(int maxBytes) =>
        new($"{server} answered more than the {maxBytes} bytes that are read of it", cause: null);
}
