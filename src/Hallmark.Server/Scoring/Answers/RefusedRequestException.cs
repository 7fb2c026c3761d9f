using Hallmark.Inference.Runners;

namespace Hallmark.Server.Scoring.Answers;

/// <summary>A request that is answered with an error.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">MLflow's name for the kind of error (its <c>error_code</c>).</param>
/// <param name="message">What is wrong, for the caller.</param>
internal sealed class RefusedRequestException(int status, string code, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>MLflow's <c>error_code</c>.</summary>
    public string Code { get; } = code;

    /// <summary>When to come back (RFC 9110 §10.2.3), or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The prediction that was made before something went wrong, or null.</summary>
    public string? DecisionId { get; init; }

    /// <summary>The methods that the path takes (RFC 9110 §15.5.6), or null.</summary>
    public string? Allow { get; init; }

    /// <summary>Another server's answer, given as it came in place of ours; or null.</summary>
    public RawAnswer? Forwarded { get; init; }

    /// <summary>Faulty input: 400.</summary>
    public static RefusedRequestException BadRequest(string message) => new(400, "BAD_REQUEST", message);

    /// <summary>Input of another shape, type or name than the protocol or the model has: 400.</summary>
    public static RefusedRequestException InvalidValue(string message) => new(400, "INVALID_PARAMETER_VALUE", message);

    /// <summary>No room now: 429.</summary>
    public static RefusedRequestException Full(string message) =>
        new(429, "REQUEST_LIMIT_EXCEEDED", message) { RetryAfter = TimeSpan.FromSeconds(1) };
}
