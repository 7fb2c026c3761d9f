using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Inference.Loading;

/// <summary>Decides by a verdict whether a model may run.</summary>
internal static class LoadPolicy
{
    /// <summary>The reason of a check that found no proof at all.</summary>
    public const string NotAnchored = "not_anchored";

    private const string Content = "content";

    /// <summary>Returns where the model may run.</summary>
    /// <param name="uri">The model, for messages.</param>
    /// <param name="verdict">All checks.</param>
    /// <param name="allowsUnanchored">As <see cref="ModelLoadOptions.AllowsUnanchored"/>.</param>
    /// <returns>True where the files are the anchored ones; false where nothing was anchored and that is allowed.</returns>
    /// <exception cref="IntegrityException">Files differ from the anchored ones.</exception>
    /// <exception cref="ModelNotVerifiedException">Another check failed, or nothing was anchored.</exception>
    /// <exception cref="UnavailableException">Something that a check needs is out of reach.</exception>
    public static bool Pass(string uri, Verdict verdict, bool allowsUnanchored)
    {
        if (
            verdict.Checks.FirstOrDefault(check => IsOfFiles(check) && check is { Outcome: CheckOutcome.Failed, Reason: "differs" }) is
            { } files
        )
        {
            var count = files.Differences.Length;
            throw new IntegrityException(
                $"{uri} is not loaded: {files.Detail} ({(count == 1 ? "1 difference" : $"{count} differences")}); nothing of it was run",
                files.Differences
            );
        }

        if (verdict.Status is VerdictStatus.Verified)
        {
            return true;
        }

        if (IsUnanchored(verdict))
        {
            return allowsUnanchored
                ? false
                : throw new ModelNotVerifiedException(
                    $"{uri} is not loaded: {Reason(verdict)}",
                    verdict,
                    "record it first: hallmark anchor RUN, hallmark register",
                    "or allow models without proof, if that is meant: hallmark serve --allow-unanchored"
                );
        }

        if (verdict.Checks.Any(check => check.Outcome is CheckOutcome.Failed) || !verdict.Checks.Any(IsOutOfReach))
        {
            throw new ModelNotVerifiedException(
                $"{uri} is not loaded: {Reason(verdict)}; nothing of it was run",
                verdict,
                "all checks, one by one: hallmark verify model NAME/VERSION, or hallmark verify run RUN"
            );
        }

        throw new UnavailableException(
            $"{uri} is not loaded: {Reason(verdict)}",
            "nothing can be said of the model until that is back; nothing of it was run"
        );
    }

    // No proof at all, or a proof that commits to no file: then a missing training proof says nothing more. Any other failure is one.
    private static bool IsUnanchored(Verdict verdict)
    {
        var open = verdict
            .Checks.Where(check => check.Outcome is not CheckOutcome.Passed && (check.IsRequired || IsFailed(check)))
            .ToList();
        return open.Any(check => check is { Name: CheckNames.ProofFound, Reason: NotAnchored } || IsUncovered(check))
            && open.All(check =>
                check is { Name: CheckNames.ProofFound, Reason: NotAnchored }
                || IsUncovered(check)
                || check is { Name: CheckNames.Lineage, Reason: "no_training_proof", Differences.Length: 0 }
            );
    }

    private static string Reason(Verdict verdict)
    {
        var check =
            verdict.Checks.FirstOrDefault(IsFailed)
            ?? verdict.Checks.FirstOrDefault(IsOutOfReach)
            ?? verdict.Checks.FirstOrDefault(candidate => candidate is { IsRequired: true, Outcome: not CheckOutcome.Passed });
        return check is null ? "no check was required of it" : $"{check.Detail ?? check.Reason} (check {check.Name})";
    }

    private static bool IsFailed(Check check) => check.Outcome is CheckOutcome.Failed;

    private static bool IsOutOfReach(Check check) => check is { IsOutOfReach: true, IsRequired: true, Outcome: CheckOutcome.NotRun };

    private static bool IsOfFiles(Check check) => check.Name is CheckNames.Artifacts or Content;

    private static bool IsUncovered(Check check) =>
        check is { Name: CheckNames.Artifacts, Outcome: CheckOutcome.NotRun, Reason: "no_artifact_hash" or "not_covered" };
}
