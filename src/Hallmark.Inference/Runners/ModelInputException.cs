using Hallmark.Core.Failures;

namespace Hallmark.Inference.Runners;

/// <summary>An input does not fit the model: a wrong name, type or shape. The model has not run.</summary>
/// <param name="message">What does not fit, and what the model takes.</param>
/// <param name="hints">What to do.</param>
public sealed class ModelInputException(string message, params string[] hints) : BadInputException(message, hints);
