namespace Hallmark.Mlflow.Stores;

/// <summary>What an assessment says of a trace.</summary>
public enum AssessmentKind
{
    /// <summary>A judgement of what the trace did.</summary>
    Feedback,

    /// <summary>What the trace should have given.</summary>
    Expectation,
}
