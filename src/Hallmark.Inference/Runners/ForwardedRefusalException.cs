using Hallmark.Core.Failures;

namespace Hallmark.Inference.Runners;

/// <summary>A server that a request was handed on to answers with an error. The caller gets that answer as it is; nothing was predicted.</summary>
/// <param name="message">Who answered with which status.</param>
/// <param name="answer">The answer.</param>
/// <param name="retryAfter">When to come again, or null.</param>
public sealed class ForwardedRefusalException(string message, RawAnswer answer, TimeSpan? retryAfter) : HallmarkException(message, null, [])
{
    /// <summary>The answer.</summary>
    public RawAnswer Answer { get; } = answer;

    /// <summary>When to come again, or null.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <inheritdoc />
    public override int ExitCode => 3;
}
