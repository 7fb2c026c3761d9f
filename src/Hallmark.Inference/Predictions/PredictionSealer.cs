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

    /// <summary>Seals several; the envelopes of batched mode are signed together. Each is either done or failed.</summary>
    /// <param name="predictions">The predictions.</param>
    /// <param name="done">Told of each that is sealed.</param>
    /// <param name="failed">Told of each that cannot be: a signer that is gone, work that cannot be described.</param>
    public void SealAll(
        IReadOnlyList<PendingPrediction> predictions,
        Action<PendingPrediction, EventSubmission> done,
        Action<PendingPrediction, Exception> failed
    )
    {
        var batched = new List<PendingPrediction>(predictions.Count);
        var drafts = new List<EventDraft>(predictions.Count);
        foreach (var prediction in predictions)
        {
            try
            {
                if (prediction.Mode is PredictionMode.Direct)
                {
                    done(prediction, SealDirect(prediction));
                }
                else
                {
                    drafts.Add(Draft(prediction));
                    batched.Add(prediction);
                }
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                failed(prediction, failure);
            }
        }

        SealBatched(batched, drafts, done, failed);
    }

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

    private EventDraft Draft(PendingPrediction prediction) =>
        new(
            prediction.Facts.DecisionId,
            PredictionRecord.Write(prediction.Payload, prediction.RegistrationTransaction, options.ProducerId),
            time.GetUtcNow()
        );

    private void SealBatched(
        List<PendingPrediction> predictions,
        List<EventDraft> drafts,
        Action<PendingPrediction, EventSubmission> done,
        Action<PendingPrediction, Exception> failed
    )
    {
        EventSubmission[] submissions;
        try
        {
            submissions = _batched.SealAll(drafts);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            predictions.ForEach(prediction => failed(prediction, failure));
            return;
        }

        for (var i = 0; i < submissions.Length; i++)
        {
            try
            {
                done(predictions[i], Describe(predictions[i], submissions[i]));
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                failed(predictions[i], failure);
            }
        }
    }

    private EventSubmission Describe(PendingPrediction prediction, EventSubmission submission) =>
        submission with
        {
            SubjectKey = SubjectKeys.Prediction(prediction.Facts.DecisionId),
            IsCheckpointedOnly = true,
            Work = WorkOf(prediction, submission.Envelope, submission.PayloadHash),
        };

    private IReadOnlyList<OutboxWork> WorkOf(PendingPrediction prediction, ReadOnlyMemory<byte> envelope, string payloadHash) =>
        options.DescribeWork?.Invoke(
            new SealedPrediction(prediction.Facts, prediction.Options, prediction.Mode, prediction.Payload, envelope, payloadHash)
        ) ?? [];
}
