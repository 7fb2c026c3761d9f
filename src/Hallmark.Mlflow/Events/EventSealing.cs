using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Mlflow.Events;

/// <summary>Turns drafts into sealed events: canonical record, hash, envelope, signature (envelope.md §4.4 and §6).</summary>
internal sealed class EventSealing(ISigner signer, IEventIds ids, TimeProvider time)
{
    public PreparedEvent Seal(EventDraft draft)
    {
        var record = Canonicalize(draft.Payload);
        var hash = RecordHash.Of(record);
        var eventId = draft.EventId ?? ids.Next();
        var eventType = draft.Payload["event_type"]!.GetValue<string>(); // every builder of this folder sets it
        var signedAt = time.GetUtcNow();
        var sealedEnvelope = EnvelopeSealer.Seal(
            draft.Profile == SpecVersion.Mlflow
                ? EnvelopeDrafts.Mlflow(eventId, eventType, draft.Subject, hash, draft.PreviousHash, signedAt)
                : EnvelopeDrafts.Hallmark(eventId, eventType, draft.Subject, hash, draft.PreviousHash, signedAt),
            signer
        );
        return new PreparedEvent
        {
            EventId = eventId,
            EventType = eventType,
            Payload = draft.Payload,
            Record = record,
            PayloadHash = hash,
            PreviousHash = draft.PreviousHash,
            Envelope = sealedEnvelope.View.Members,
            EnvelopeBytes = sealedEnvelope.Bytes,
            SubjectKey = draft.SubjectKey,
            Chain = draft.Chain,
            PublicKeyHex = signer.PublicKey.Hex,
        };
    }

    private static byte[] Canonicalize(JsonObject payload)
    {
        try
        {
            return CanonicalJson.Canonicalize(payload);
        }
        catch (JsonRejectedException failure)
        {
            throw new BadInputException(
                $"the record cannot be written as canonical JSON: {failure.Message}",
                failure,
                "look at the metadata that was handed in"
            );
        }
    }
}
