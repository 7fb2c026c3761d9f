using Hallmark.Core.Checks;

namespace Hallmark.Inference;

/// <summary>The model's bytes are not the anchored ones. Thrown before a single byte is handed to a runner.</summary>
/// <param name="message">Which model, and how many files differ.</param>
/// <param name="differences">The files that differ, with anchored and found digests.</param>
public sealed class IntegrityException(string message, IReadOnlyList<Difference> differences)
    : AssetVerificationException(
        message,
        [
            .. Named(differences),
            "treat it as an incident; all that differs: hallmark verify model NAME/VERSION, or hallmark verify file PATH",
        ]
    )
{
    private const int MostNamed = 5;

    /// <summary>The files that differ.</summary>
    public IReadOnlyList<Difference> Differences { get; } = differences;

    /// <inheritdoc />
    public override string ErrorName => "IntegrityError";

    /// <inheritdoc />
    public override int ExitCode => 1;

    private static IEnumerable<string> Named(IReadOnlyList<Difference> differences) =>
        differences
            .Take(MostNamed)
            .Select(one =>
                one.What
                + (
                    one.Anchored is null ? ": was not recorded"
                    : one.Found is null ? ": is gone"
                    : $": recorded {one.Anchored}, found {one.Found}"
                )
            )
            .Concat(differences.Count > MostNamed ? [$"and {differences.Count - MostNamed} more"] : []);
}
