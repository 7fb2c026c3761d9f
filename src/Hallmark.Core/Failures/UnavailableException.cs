namespace Hallmark.Core.Failures;

/// <summary>Something needed is out of reach or not configured (exit code 3): nothing can be said either way.</summary>
public class UnavailableException : HallmarkException
{
    /// <inheritdoc />
    public UnavailableException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public UnavailableException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }

    /// <summary>How long the other side asked to be left alone (HTTP <c>Retry-After</c>, RFC 9110 §10.2.3); null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc />
    public override int ExitCode => 3;
}
