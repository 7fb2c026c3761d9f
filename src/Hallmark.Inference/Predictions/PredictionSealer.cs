using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>Turns predictions into what the ledger takes. The decision id is the envelope's event id too, so that the ledger refuses a second one. Safe for use by several threads.</summary>
/// <param name="signer">Signs the envelopes.</param>
/// <param name="time">Gives <c>signed_at</c>.</param>
/// <param name="options">How the log works.</param>
internal sealed class PredictionSealer(ISigner signer, TimeProvider time, PredictionLogOptions options)
{
    private readonly PredictionPreparation _direct = new(signer, new RandomEventIds(), time);
    private readonly EventSealer _batched = new(signer, options.Environment);

    /// <summary>Seals one.</summary>
    public EventSubmission Seal(PendingPrediction prediction) =>
        prediction.Mode is PredictionMode.Direct ? SealDirect(prediction) : SealBatched(prediction);

    private EventSubmission SealDirect(PendingPrediction prediction)
    {
        var prepared = _direct.Prepare(
            prediction.Facts,
            prediction.RegistrationTransaction,
            prediction.Options,
            prediction.Facts.DecisionId
        );
        return prepared.ToSubmission(WorkOf(prediction, prepared.EnvelopeBytes, prepared.PayloadHash));
    }

    private EventSubmission SealBatched(PendingPrediction prediction)
    {
        var record = PredictionRecord.Write(prediction.Payload, prediction.RegistrationTransaction, options.ProducerId);
        var submission = _batched.Seal(prediction.Facts.DecisionId, record, time.GetUtcNow());
        return submission with
        {
            SubjectKey = SubjectKeys.Prediction(prediction.Facts.DecisionId),
            IsCheckpointedOnly = true,
            Work = WorkOf(prediction, submission.Envelope, submission.PayloadHash),
        };
    }

    private IReadOnlyList<OutboxWork> WorkOf(PendingPrediction prediction, ReadOnlyMemory<byte> envelope, string payloadHash) =>
        options.DescribeWork?.Invoke(
            new SealedPrediction(prediction.Facts, prediction.Options, prediction.Mode, prediction.Payload, envelope, payloadHash)
        ) ?? [];
}
