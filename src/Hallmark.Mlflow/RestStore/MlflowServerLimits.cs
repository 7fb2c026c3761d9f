namespace Hallmark.Mlflow.RestStore;

/// <summary>How long and how often an MLflow server is asked, and how much of its answers is read.</summary>
public sealed record MlflowServerLimits
{
    /// <summary>Longest wait for one answer, and for each further piece of a streamed one; 60 s unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or above an hour.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request that is safe to repeat is sent again; 0 to 5, 2 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxRetries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 5);
            field = value;
        }
    } = 2;

    /// <summary>Pause before the first repetition, four times as long before each next one; 250 ms unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 10 s.</exception>
    public TimeSpan RetryPause
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(10));
            field = value;
        }
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest <c>Retry-After</c> that is waited for; a longer one ends the request. 10 s.</summary>
    public static TimeSpan MaxRetryAfter { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Most bytes of a JSON answer; 1 KiB to 1 GiB, 64 MiB unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxAnswerBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1024);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30);
            field = value;
        }
    } = 64 << 20;
}
