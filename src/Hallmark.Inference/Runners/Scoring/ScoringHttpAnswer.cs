namespace Hallmark.Inference.Runners.Scoring;

/// <summary>An answer as it came, bounded.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="MediaType">The body's type without parameters, or null.</param>
/// <param name="Body">The body; where the status is not 200, its first MiB at most.</param>
/// <param name="RetryAfter">What <c>Retry-After</c> asks for, at most a day; or null.</param>
internal sealed record ScoringHttpAnswer(int Status, string? MediaType, byte[] Body, TimeSpan? RetryAfter);
