using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>A prediction between its place and its envelope.</summary>
/// <param name="facts">What is recorded.</param>
/// <param name="payload">The same, canonical.</param>
/// <param name="registrationTransaction">What it points to, or null.</param>
/// <param name="options">What the caller added.</param>
internal sealed class PendingPrediction(PredictionFacts facts, byte[] payload, string? registrationTransaction, RecordOptions options)
{
    public PredictionFacts Facts => facts;

    public byte[] Payload => payload;

    public string? RegistrationTransaction => registrationTransaction;

    public RecordOptions Options => options;

    /// <summary>How it is sealed; chosen when it is queued.</summary>
    public PredictionMode Mode { get; set; }

    /// <summary>What its caller waits for. All that is left of it while the disk is waited for.</summary>
    public LoggedPromise Promise { get; } = new();
}
