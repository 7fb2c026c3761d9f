using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Hallmark.Core.Failures;

namespace Hallmark.Inference.Status;

/// <summary>
/// Asks a monitoring agent whether a deployed asset is still as it was registered (mlflow-events.md §14). Redirects are never followed, for they would carry the secret
/// away; there are no retries; the body is bounded. Safe for use by several threads.
/// </summary>
public sealed class AssetStatusClient
{
    /// <summary>The header that carries the management secret.</summary>
    public const string SecretHeader = "X-Ario-Management-Secret";

    private const int MaxAnswerInBytes = 64 * 1024;
    private const int MaxAssetIdLength = 1_024;
    private readonly HttpClient _client;
    private readonly AssetStatusOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, (AssetStatus Status, long At)> _good = new(StringComparer.Ordinal);

    /// <param name="client">Made from a handler that follows no redirects and keeps no cookies.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock, for the cache.</param>
    /// <exception cref="BadInputException">Neither or both of secret and key are given, or the address would carry them in the clear to another machine.</exception>
    public AssetStatusClient(HttpClient client, AssetStatusOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ManagementSecret is { Length: > 0 } == options.ApiKey is { Length: > 0 })
        {
            throw new BadInputException("the agent is asked with exactly one of a management secret and an API key");
        }

        if (options.Address.Scheme != Uri.UriSchemeHttps && !(options.Address.Scheme == Uri.UriSchemeHttp && options.Address.IsLoopback))
        {
            throw new BadInputException(
                $"the agent's address {options.Address.Scheme}://{options.Address.Authority} would carry the secret in the clear",
                "use https, or an agent on this machine"
            );
        }

        _client = client;
        _options = options;
        _time = time;
    }

    /// <summary>The path that is asked for an asset: everything but unreserved characters (RFC 3986 §2.3) percent-encoded as UTF-8.</summary>
    /// <exception cref="BadInputException">The id is too long or no well-formed text.</exception>
    public static string PathOf(string assetId)
    {
        ArgumentNullException.ThrowIfNull(assetId);
        if (
            assetId.Length > MaxAssetIdLength
            || assetId.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar) && !assetId.Contains('\ufffd', StringComparison.Ordinal)
        )
        {
            throw new BadInputException($"an asset id is well-formed text of at most {MaxAssetIdLength} characters");
        }

        return "/v1/verify-status/" + Uri.EscapeDataString(assetId);
    }

    /// <summary>Asks how an asset stands.</summary>
    /// <exception cref="AssetStatusException">There is no answer about it; each kind is a type of its own.</exception>
    public async Task<AssetStatus> AskAsync(string assetId, CancellationToken cancellationToken)
    {
        var path = PathOf(assetId);
        if (_good.TryGetValue(assetId, out var kept) && _time.GetElapsedTime(kept.At) < _options.MaxCacheAge)
        {
            return kept.Status;
        }

        var asked = _time.GetTimestamp();
        var status = await FetchAsync(assetId, path, cancellationToken).ConfigureAwait(false);
        if (status.IsGood && _options.MaxCacheAge > TimeSpan.Zero)
        {
            _good[assetId] = (status, asked);
        }
        else
        {
            _good.TryRemove(assetId, out _);
        }

        return status;
    }

    private async Task<AssetStatus> FetchAsync(string assetId, string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(path));
            if (_options.ManagementSecret is { Length: > 0 } secret)
            {
                request.Headers.TryAddWithoutValidation(SecretHeader, secret);
            }
            else
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.ApiKey);
            }

            using var response = await _client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token)
                .ConfigureAwait(false);
            var status = (int)response.StatusCode;
            var body = status is 200 or 503 ? await ReadAsync(assetId, response, limit.Token).ConfigureAwait(false) : [];
            return status switch
            {
                200 => AssetStatusAnswer.Read(assetId, body, _options.IsLenient),
                401 => throw new AssetStatusAuthException(assetId),
                404 => throw new AssetNotInPolicyException(assetId),
                503 => throw new AssetStatusLicenseException(assetId, AssetStatusAnswer.FindUpgradeUrl(body)),
                >= 300 and < 400 => throw new AssetStatusTransportException(
                    assetId,
                    $"the agent redirects (HTTP {status}), which is never followed: it would carry the secret away"
                ),
                _ => throw new AssetStatusTransportException(assetId, $"the agent answered HTTP {status}"),
            };
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AssetStatusTransportException(
                assetId,
                $"the agent did not answer within {_options.Timeout.TotalSeconds:0.#} s",
                late
            );
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new AssetStatusTransportException(
                assetId,
                $"the agent at {_options.Address.GetLeftPart(UriPartial.Authority)} cannot be reached",
                fault,
                "see whether it runs: hallmark agent"
            );
        }
    }

    private Uri AddressOf(string path)
    {
        // Left as it stands: an asset named ".." must not become another path.
        var asItStands = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        return new Uri(_options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + path, asItStands);
    }

    private static async Task<byte[]> ReadAsync(string assetId, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[MaxAnswerInBytes + 1];
            var length = await stream
                .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return length <= MaxAnswerInBytes
                ? buffer[..length]
                : throw new AssetStatusTransportException(assetId, $"the agent answered more than {MaxAnswerInBytes} bytes");
        }
    }
}
