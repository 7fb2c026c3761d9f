namespace Hallmark.Anchors.ArioVerify.Batches;

/// <summary>What a job found for one transaction.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="VerificationId">The stored result; or null.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="IsCached">True where an earlier result was used again.</param>
public sealed record ArioJobRow(string TransactionId, string? VerificationId, ArioOutcome Outcome, bool IsCached);
