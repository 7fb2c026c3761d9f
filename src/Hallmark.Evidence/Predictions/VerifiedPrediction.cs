using Hallmark.Core.Checks;

namespace Hallmark.Evidence.Predictions;

/// <summary>A receipt of a prediction after it was verified.</summary>
/// <param name="Verdict">What came out.</param>
/// <param name="Receipt">What the receipt holds; null where it is malformed.</param>
public sealed record VerifiedPrediction(Verdict Verdict, PredictionReceipt? Receipt);
