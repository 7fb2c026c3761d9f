using Hallmark.Core.Checks;

namespace Hallmark.Inference;

/// <summary>The model's bytes are not the anchored ones. Thrown before a single byte is handed to a runner.</summary>
/// <param name="message">Which model, and how many files differ.</param>
/// <param name="differences">The files that differ, with anchored and found digests.</param>
public sealed class IntegrityException(string message, IReadOnlyList<Difference> differences)
    : AssetVerificationException(
        message,
        "treat it as an incident; what differs: hallmark verify model NAME/VERSION, or hallmark verify file PATH"
    )
{
    /// <summary>The files that differ.</summary>
    public IReadOnlyList<Difference> Differences { get; } = differences;

    /// <inheritdoc />
    public override string ErrorName => "IntegrityError";

    /// <inheritdoc />
    public override int ExitCode => 1;
}
