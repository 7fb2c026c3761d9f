using Hallmark.Core.Events;
using Hallmark.Inference.Predictions.Salted;
using Hallmark.Inference.Status;
using Hallmark.Ledger;

namespace Hallmark.Inference.Predictions;

/// <summary>How predictions are made.</summary>
public sealed record PredictionServiceOptions
{
    /// <summary>Asked before each prediction whether the model is still as it was; or null.</summary>
    public AssetGate? Recheck { get; init; }

    /// <summary>Gives decision ids.</summary>
    public IEventIds Ids { get; init; } = new RandomEventIds();

    /// <summary>True to record the calling thread's OpenTelemetry span where the caller names none.</summary>
    public bool CapturesSpan { get; init; } = true;

    /// <summary>Where salts are kept; then input and output are committed to field by field, and one field can be disclosed or forgotten later. Null for plain hashes.</summary>
    public SaltStore? Salts { get; init; }

    /// <summary>Finds the ledger that the log writes, for those who wait for more than the disk; null where it cannot be read here.</summary>
    public Func<LedgerReader?>? FindLedger { get; init; }
}
