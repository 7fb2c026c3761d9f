namespace Hallmark.Mlflow.Events;

/// <summary>Where proofs lie among a run's artifacts (mlflow-events.md §10.5).</summary>
public static class ArioPaths
{
    /// <summary>The training record.</summary>
    public const string TrainingPayload = "ario/payload.json";

    /// <summary>The training envelope.</summary>
    public const string TrainingProof = "ario/proof.json";

    /// <summary>The training upload's receipt.</summary>
    public const string TrainingReceipt = "ario/receipt.json";

    /// <summary>The training event's page.</summary>
    public const string TrainingPage = "ario/verification.html";

    /// <summary>The newest registration's record.</summary>
    public const string RegistrationPayload = "ario/registration_payload.json";

    /// <summary>The newest registration's envelope.</summary>
    public const string RegistrationProof = "ario/registration_proof.json";

    /// <summary>The newest registration upload's receipt.</summary>
    public const string RegistrationReceipt = "ario/registration_receipt.json";

    /// <summary>The newest registration's page.</summary>
    public const string RegistrationPage = "ario/registration_verification.html";

    /// <summary>A registration's own folder, so that the next version of the same run overwrites nothing.</summary>
    public static string OfRegistration(string eventId, string file) => $"ario/registrations/{RequireSegment(eventId)}/{file}";

    /// <summary>A promotion's own folder.</summary>
    public static string OfPromotion(string eventId, string file) => $"ario/promotions/{RequireSegment(eventId)}/{file}";

    /// <summary>A prediction's own folder.</summary>
    public static string OfPrediction(string decisionId, string file) => $"ario/predictions/{RequireSegment(decisionId)}/{file}";

    /// <summary>True where a value from outside can stand as one segment of a path: not empty, no separator, not <c>.</c> or <c>..</c>, no control character.</summary>
    public static bool IsSegment(string? value) =>
        value is { Length: > 0 and <= 255 } and not ("." or "..") && !value.AsSpan().ContainsAny('/', '\\') && !value.Any(char.IsControl);

    // An id from an envelope found in a store may be "../../x"; as a path it would read or write another run's files.
    private static string RequireSegment(string value) =>
        IsSegment(value) ? value : throw new ArgumentException("The id cannot stand as a segment of a path.", nameof(value));
}
