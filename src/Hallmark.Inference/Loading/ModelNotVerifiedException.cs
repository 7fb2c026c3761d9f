using Hallmark.Core.Checks;

namespace Hallmark.Inference.Loading;

/// <summary>A model's proofs do not hold, or it has none: exit code 1 where a check failed, 3 where one could not be run. Nothing of the model was executed.</summary>
/// <param name="message">Which model, and why.</param>
/// <param name="verdict">All checks.</param>
/// <param name="hints">What to do.</param>
public sealed class ModelNotVerifiedException(string message, Verdict verdict, params string[] hints)
    : AssetVerificationException(message, hints)
{
    /// <summary>All checks, those that passed too.</summary>
    public Verdict Verdict { get; } = verdict;

    /// <inheritdoc />
    public override string ErrorName => "ModelNotVerifiedError";

    /// <inheritdoc />
    public override int ExitCode => Verdict.ExitCode;
}
