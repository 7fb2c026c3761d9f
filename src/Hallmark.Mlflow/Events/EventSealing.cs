using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Mlflow.Events;

/// <summary>Turns drafts into sealed events: canonical record, hash, envelope, signature (envelope.md §4.4 and §6).</summary>
internal sealed class EventSealing(ISigner signer, IEventIds ids, TimeProvider time)
{
    public const string Genesis = "GENESIS";
    public const string MlflowProfile = "ario.mlflow/v1";
    public const string HallmarkProfile = "hallmark/v1";

    public PreparedEvent Seal(EventDraft draft)
    {
        var record = Canonicalize(draft.Payload);
        var hash = RecordHash.Of(record);
        var eventId = ids.Next();
        var eventType = draft.Payload["event_type"]!.GetValue<string>(); // every builder of this folder sets it
        var sealedEnvelope = EnvelopeSealer.Seal(
            new JsonObject
            {
                ["spec_version"] = draft.Profile,
                ["event_id"] = eventId,
                ["event_type"] = eventType,
                ["subject"] = draft.Subject.DeepClone(),
                ["payload_hash"] = hash,
                ["previous_hash"] = draft.PreviousHash,
                ["signed_at"] = Format(time.GetUtcNow()),
            },
            signer);
        return new PreparedEvent
        {
            EventId = eventId,
            EventType = eventType,
            Payload = draft.Payload,
            Record = record,
            PayloadHash = hash,
            PreviousHash = draft.PreviousHash,
            Envelope = sealedEnvelope.Json,
            EnvelopeBytes = sealedEnvelope.Bytes,
            SubjectKey = draft.SubjectKey,
            Chain = draft.Chain,
            PublicKeyHex = signer.PublicKey.Hex,
        };
    }

    /// <summary>The producer's form: microseconds and <c>+00:00</c>, the fraction left out where it is zero (envelope.md §4.1).</summary>
    internal static string Format(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        var hasFraction = utc.Ticks % TimeSpan.TicksPerSecond / 10 != 0;
        return utc.ToString(hasFraction ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'" : "yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);
    }

    private static byte[] Canonicalize(JsonObject payload)
    {
        try
        {
            return CanonicalJson.Canonicalize(payload);
        }
        catch (JsonRejectedException failure)
        {
            throw new BadInputException($"the record cannot be written as canonical JSON: {failure.Message}", failure, "look at the metadata that was handed in");
        }
    }
}
