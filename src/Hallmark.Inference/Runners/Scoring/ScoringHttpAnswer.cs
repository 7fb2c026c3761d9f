namespace Hallmark.Inference.Runners.Scoring;

/// <summary>An answer as it came, bounded.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="MediaType">The body's type without parameters, or null.</param>
/// <param name="Body">The body; where the status is not 200, its first MiB at most.</param>
/// <param name="RetryAfter">What <c>Retry-After</c> asks for, at most a day; or null.</param>
internal sealed record ScoringHttpAnswer(int Status, string? MediaType, byte[] Body, TimeSpan? RetryAfter)
{
    /// <summary>The body's type with its parameters, as it was sent; or null.</summary>
    public string? ContentType { get; init; }

    /// <summary>True where the body is encoded (<c>Content-Encoding</c>), which was not asked for.</summary>
    public bool IsEncoded { get; init; }
}
