namespace Hallmark.Anchors.Http;

/// <summary>
/// Sends a request again where that may help (mlflow-events.md §8.4): where there was no answer, after 429, 500, 502, 503 and 504, and after 413 with a pause. The first
/// time at once, then after 1 s, then twice as long each time; what the other side asks for counts instead. Longer pauses are the outbox's.
/// </summary>
/// <param name="retries">How often at most.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpRetries(int retries, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Sends, and sends again.</summary>
    /// <param name="send">Sends once.</param>
    /// <param name="mayRepeat">Whether a request that got no answer may be sent again.</param>
    /// <param name="cancellationToken">Ends the pauses.</param>
    /// <returns>The last answer, whatever its status.</returns>
    /// <exception cref="AnchorUnavailableException">No answer to the last try.</exception>
    public async Task<AnchorAnswer> SendAsync(
        Func<Task<AnchorAnswer>> send,
        Func<AnchorUnavailableException, bool> mayRepeat,
        CancellationToken cancellationToken
    )
    {
        for (var done = 0; ; done++)
        {
            TimeSpan? asked = null;
            try
            {
                var answer = await send().ConfigureAwait(false);
                if (done >= retries || !MayHelp(answer) || answer.RetryAfter > LongestPause)
                {
                    return answer;
                }

                asked = answer.RetryAfter;
            }
            catch (AnchorUnavailableException fault) when (done < retries && mayRepeat(fault))
            {
                // Again, below.
            }

            var pause = asked ?? (done == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Pow(2, done - 1)));
            await Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>True where the same request may have another answer soon.</summary>
    public static bool MayHelp(AnchorAnswer answer) =>
        answer.Status is 429 or 500 or 502 or 503 or 504 || answer is { Status: 413, RetryAfter: not null };

    /// <summary>True where nothing can have been sent, because there was no connection.</summary>
    public static bool HadNoConnection(AnchorUnavailableException fault) =>
        fault.InnerException
            is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
            };

    /// <summary>True where the exchange broke off, other than for want of time: what only asks may be asked again.</summary>
    public static bool BrokeOff(AnchorUnavailableException fault) => fault.InnerException is HttpRequestException or IOException;
}
