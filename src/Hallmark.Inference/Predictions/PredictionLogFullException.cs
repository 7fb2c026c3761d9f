using Hallmark.Core.Failures;

namespace Hallmark.Inference.Predictions;

/// <summary>Every place in the log is taken. The model has not run; try again in a moment.</summary>
public sealed class PredictionLogFullException : UnavailableException
{
    internal PredictionLogFullException()
        : base("the log of predictions is full", "ask again in a second, or with fewer requests at a time") =>
        RetryAfter = TimeSpan.FromSeconds(1);
}
