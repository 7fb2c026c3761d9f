namespace Hallmark.Mlflow.Stores;

/// <summary>What somebody, or a program, said of a trace (MLflow 3).</summary>
public sealed record Assessment
{
    /// <summary><c>a-</c> and 32 hex digits.</summary>
    public required string AssessmentId { get; init; }

    /// <summary>The trace's id.</summary>
    public required string TraceId { get; init; }

    /// <summary>Its name; several assessments of a trace may share one.</summary>
    public required string Name { get; init; }

    /// <summary>Judgement or expectation.</summary>
    public required AssessmentKind Kind { get; init; }

    /// <summary>Its value as JSON text, <c>null</c> where there is only an error. Blanks may differ between stores; NaN and infinities are the texts <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>.</summary>
    public required string ValueJson { get; init; }

    /// <summary>Why there is no value, as JSON text; or null.</summary>
    public string? ErrorJson { get; init; }

    /// <summary><c>HUMAN</c>, <c>LLM_JUDGE</c> or <c>CODE</c>.</summary>
    public string SourceType { get; init; } = "";

    /// <summary>Who or what said it, or empty.</summary>
    public string SourceId { get; init; } = "";

    /// <summary>Why, in words; or null.</summary>
    public string? Rationale { get; init; }

    /// <summary>Further facts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The span it is about, or null for the whole trace.</summary>
    public string? SpanId { get; init; }

    /// <summary>The id of the assessment that this one replaces, or null.</summary>
    public string? Overrides { get; init; }

    /// <summary>False where another one replaced it.</summary>
    public bool IsValid { get; init; } = true;

    /// <summary>Milliseconds since 1970.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long LastUpdatedAt { get; init; }

    /// <summary>The order in which every store gives them: by creation, then by id.</summary>
    internal static IReadOnlyList<Assessment> InOrder(IEnumerable<Assessment> assessments) =>
        [.. assessments.OrderBy(one => one.CreatedAt).ThenBy(one => one.AssessmentId, StringComparer.Ordinal)];
}
