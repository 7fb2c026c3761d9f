namespace Hallmark.Inference.Status;

/// <summary>Where the agent is, and how it is asked.</summary>
public sealed record AssetStatusOptions
{
    /// <summary>The agent's address when nothing else is said.</summary>
    public static Uri DefaultAddress { get; } = new("http://127.0.0.1:9847");

    /// <summary>The agent's base address. Plain HTTP is taken for this machine only: the secret goes with every question.</summary>
    public Uri Address { get; init; } = DefaultAddress;

    /// <summary>The agent's management secret (<c>X-Ario-Management-Secret</c>); exactly one of this and <see cref="ApiKey"/> is given.</summary>
    public string? ManagementSecret { get; init; }

    /// <summary>A bearer key; reserved, no agent honours it today.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How long one question may take. 5 seconds unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a good answer may be used again, by a clock that only goes forward; zero (the default) asks every time. 10 to 30 seconds is usual. Bad answers are never kept.
    /// </summary>
    public TimeSpan MaxCacheAge { get; init; }

    /// <summary>
    /// True to convert <c>stale</c> and <c>max_age</c> as loosely as the original client: then null counts as fresh. False (the default) refuses an answer whose
    /// <c>stale</c> is not a truth value, or that is about another asset.
    /// </summary>
    public bool IsLenient { get; init; }
}
