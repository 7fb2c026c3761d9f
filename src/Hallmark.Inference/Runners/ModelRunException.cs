using Hallmark.Core.Failures;

namespace Hallmark.Inference.Runners;

/// <summary>A verified model does not start, failed at an input that fits it, or answered what is no answer.</summary>
/// <param name="message">What happened, to which model.</param>
/// <param name="cause">What it was found by, or null.</param>
/// <param name="hints">What to do.</param>
public sealed class ModelRunException(string message, Exception? cause, params string[] hints) : HallmarkException(message, cause, hints)
{
    /// <inheritdoc />
    public override int ExitCode => 3;
}
