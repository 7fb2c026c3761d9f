using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>The original's rules for <c>overall</c> (mlflow-events.md §12).</summary>
public static class ArioOverall
{
    /// <summary>All four checks of <c>full_verify</c> together.</summary>
    public static bool? OfFull(string? eventType, bool? signature, bool? anchoredBytes, bool? sourceOfTruth, bool? attestation)
    {
        bool?[] checks = [signature, anchoredBytes, sourceOfTruth, attestation];
        if (checks.Contains(false))
        {
            return false;
        }

        if (
            eventType is EventTypes.Training or EventTypes.Registration or EventTypes.Prediction
            && (signature is null || anchoredBytes is null || sourceOfTruth is null)
        )
        {
            return false;
        }

        return checks.Contains(true) ? true : null;
    }

    /// <summary>The three checks of <c>verify_record</c> together.</summary>
    public static bool? OfRecord(bool? signature, bool? anchoredBytes, bool? attestation) =>
        signature is false || anchoredBytes is false || attestation is false ? false
        : signature is true && anchoredBytes is true ? true
        : null;
}
