using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>A prediction that is sealed and about to be logged.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
/// <param name="Facts">What is recorded.</param>
/// <param name="Options">What the caller added.</param>
/// <param name="Mode"><see cref="PredictionMode.Direct"/> or <see cref="PredictionMode.Batched"/>.</param>
/// <param name="Payload">The payload of mlflow-events.md §7.2, canonical bytes. In direct mode these are the record.</param>
/// <param name="Envelope">The envelope, canonical bytes.</param>
/// <param name="PayloadHash">The envelope's <c>payload_hash</c>.</param>
public sealed record SealedPrediction(
    PredictionFacts Facts,
    RecordOptions Options,
    PredictionMode Mode,
    ReadOnlyMemory<byte> Payload,
    ReadOnlyMemory<byte> Envelope,
    string PayloadHash
);
