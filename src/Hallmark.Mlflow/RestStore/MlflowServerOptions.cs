namespace Hallmark.Mlflow.RestStore;

/// <summary>How an MLflow server is reached. Credentials stay inside: nothing here prints them.</summary>
public sealed class MlflowServerOptions
{
    /// <summary>Bearer token (<c>MLFLOW_TRACKING_TOKEN</c>), or null. User name and password, where both are set, win, as in MLflow's client.</summary>
    public string? Token { get; init; }

    /// <summary>User name for basic authentication (<c>MLFLOW_TRACKING_USERNAME</c>), or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password for basic authentication (<c>MLFLOW_TRACKING_PASSWORD</c>), or null.</summary>
    public string? Password { get; init; }

    /// <summary>Accepts any TLS certificate (<c>MLFLOW_TRACKING_INSECURE_TLS</c>): whoever sits on the wire can then answer for the server. Off unless set.</summary>
    public bool AllowUnverifiedTls { get; init; }

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

    /// <summary>Reads MLflow's own variables: <c>MLFLOW_TRACKING_TOKEN</c>, <c>_USERNAME</c>, <c>_PASSWORD</c>, <c>_INSECURE_TLS</c>.</summary>
    /// <param name="getVariable">Gives a variable's value, or null.</param>
    public static MlflowServerOptions FromVariables(Func<string, string?> getVariable)
    {
        ArgumentNullException.ThrowIfNull(getVariable);
        return new MlflowServerOptions
        {
            Token = NullIfEmpty(getVariable("MLFLOW_TRACKING_TOKEN")),
            Username = NullIfEmpty(getVariable("MLFLOW_TRACKING_USERNAME")),
            Password = NullIfEmpty(getVariable("MLFLOW_TRACKING_PASSWORD")),
            AllowUnverifiedTls = getVariable("MLFLOW_TRACKING_INSECURE_TLS") is { } insecure
                && (insecure.Equals("true", StringComparison.OrdinalIgnoreCase) || insecure == "1"),
        };
    }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(MlflowServerOptions);

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
