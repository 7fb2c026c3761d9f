using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;

namespace Hallmark.Mlflow.Events;

/// <summary>Seals predictions as events of <see cref="SpecVersion.Mlflow"/>, one envelope each (mlflow-events.md §7). Needs no store: all facts come from the caller.</summary>
/// <param name="signer">Signs the envelopes.</param>
/// <param name="ids">Gives event ids where the caller gives none.</param>
/// <param name="time">Gives <c>signed_at</c>.</param>
public sealed class PredictionPreparation(ISigner signer, IEventIds ids, TimeProvider time)
{
    private readonly EventSealing _sealing = new(signer, ids, time);

    /// <summary>Seals a prediction without logging it.</summary>
    /// <param name="facts">What is recorded.</param>
    /// <param name="registrationTransaction">The version's tag <c>ario.registration_tx</c> as read when the model was loaded, or null.</param>
    /// <param name="options">What the caller adds.</param>
    /// <param name="eventId">The envelope's event id, a UUID in lower case with dashes; null for a new one.</param>
    /// <exception cref="BadInputException">The record has no canonical form.</exception>
    public PreparedEvent Prepare(PredictionFacts facts, string? registrationTransaction, RecordOptions options, string? eventId = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return _sealing.Seal(
            new EventDraft
            {
                EventId = eventId,
                Payload = PredictionPayload.Build(facts, options),
                Subject = PredictionPayload.Subject(facts, options),
                SubjectKey = SubjectKeys.Prediction(facts.DecisionId),
                PreviousHash = registrationTransaction is { Length: > 0 } ? registrationTransaction : EnvelopeDrafts.Genesis,
            }
        );
    }
}
