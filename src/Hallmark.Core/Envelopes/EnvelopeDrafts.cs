using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>Envelopes of the profiles, ready to be sealed by <see cref="EnvelopeSealer"/>.</summary>
public static class EnvelopeDrafts
{
    /// <summary>What stands for the predecessor of the first event of a chain.</summary>
    public const string Genesis = "GENESIS";

    /// <summary>An event of <see cref="SpecVersion.Mlflow"/>: external binding, promoted disclosure (envelope family §6).</summary>
    /// <param name="eventId">A UUID version 4, lower case with dashes.</param>
    /// <param name="eventType">One of <see cref="MlflowEvents.All"/>.</param>
    /// <param name="subject">What it happened to, see <see cref="MlflowEvents"/>.</param>
    /// <param name="payloadHash">SHA-256 of the committed bytes, 64 lower-case hex digits.</param>
    /// <param name="previousHash">A payload hash, a transaction id, or <see cref="Genesis"/>; see envelope family §6 for which.</param>
    /// <param name="signedAt">When.</param>
    /// <exception cref="ArgumentException">A text has not the form said here.</exception>
    public static JsonObject Mlflow(
        string eventId,
        string eventType,
        JsonObject subject,
        string payloadHash,
        string previousHash,
        DateTimeOffset signedAt
    ) =>
        MlflowEvents.All.Contains(eventType)
            ? Promoted(SpecVersion.Mlflow, eventId, eventType, subject, payloadHash, previousHash, EnvelopeTime.Microseconds(signedAt))
            : throw new ArgumentException("Not an event of this profile; use " + SpecVersion.Hallmark + ".", nameof(eventType));

    /// <summary>An event of <see cref="SpecVersion.Hallmark"/>: external binding, promoted disclosure.</summary>
    /// <param name="eventId">A UUID version 4, lower case with dashes.</param>
    /// <param name="eventType">Words of lower-case letters, digits and underscores, separated by points, at most 64 characters.</param>
    /// <param name="subject">What it happened to; has a <c>type</c>.</param>
    /// <param name="payloadHash">SHA-256 of the committed bytes, 64 lower-case hex digits.</param>
    /// <param name="previousHash">A payload hash, or <see cref="Genesis"/>.</param>
    /// <param name="signedAt">When.</param>
    /// <exception cref="ArgumentException">A text has not the form said here.</exception>
    public static JsonObject Hallmark(
        string eventId,
        string eventType,
        JsonObject subject,
        string payloadHash,
        string previousHash,
        DateTimeOffset signedAt
    )
    {
        DraftRules.CheckEventType(eventType);
        return Promoted(SpecVersion.Hallmark, eventId, eventType, subject, payloadHash, previousHash, EnvelopeTime.Microseconds(signedAt));
    }

    /// <summary>An event of <see cref="SpecVersion.Agent"/>: inline binding, promoted disclosure (envelope family §7). The sealer adds the payload's hash.</summary>
    /// <param name="eventId">A UUID version 4, lower case with dashes.</param>
    /// <param name="eventType">One of <see cref="AgentEvents.All"/>.</param>
    /// <param name="subject">The agent, see <see cref="AgentEvents.Subject"/>.</param>
    /// <param name="payload">The committed value; copied.</param>
    /// <param name="previousHash">The payload hash of the event of this type before, or <see cref="Genesis"/>.</param>
    /// <param name="signedAt">When.</param>
    /// <exception cref="ArgumentException">A text has not the form said here.</exception>
    public static JsonObject Agent(
        string eventId,
        string eventType,
        JsonObject subject,
        JsonNode? payload,
        string previousHash,
        DateTimeOffset signedAt
    )
    {
        if (!AgentEvents.All.Contains(eventType))
        {
            throw new ArgumentException("Not an event of this profile.", nameof(eventType));
        }

        var draft = Promoted(
            SpecVersion.Agent,
            eventId,
            eventType,
            subject,
            payloadHash: null,
            previousHash,
            EnvelopeTime.Milliseconds(signedAt)
        );
        draft["payload"] = payload?.DeepClone();
        return draft;
    }

    /// <summary>An event of <see cref="SpecVersion.Events"/>: external binding, minimal disclosure (envelope family §8).</summary>
    /// <param name="eventId">A UUID version 4, lower case with dashes.</param>
    /// <param name="payloadHash">SHA-256 of the record's canonical bytes, 64 lower-case hex digits; see <see cref="EventRecord"/>.</param>
    /// <param name="environment"><c>dev</c> or <c>production</c>.</param>
    /// <param name="signedAt">When.</param>
    /// <param name="payloadRef">Where the committed bytes lie, or null.</param>
    /// <exception cref="ArgumentException">A text has not the form said here.</exception>
    public static JsonObject Events(
        string eventId,
        string payloadHash,
        string environment,
        DateTimeOffset signedAt,
        string? payloadRef = null
    )
    {
        DraftRules.CheckEventId(eventId);
        DraftRules.CheckHash(payloadHash);
        if (environment is not ("dev" or "production"))
        {
            throw new ArgumentException("An environment is dev or production.", nameof(environment));
        }

        var draft = new JsonObject
        {
            ["spec_version"] = SpecVersion.Events,
            ["event_id"] = eventId,
            ["payload_hash"] = payloadHash,
            ["signed_at"] = EnvelopeTime.Milliseconds(signedAt),
            ["environment"] = environment,
        };
        if (payloadRef is not null)
        {
            draft["payload_ref"] = payloadRef;
        }

        return draft;
    }

    private static JsonObject Promoted(
        string specVersion,
        string eventId,
        string eventType,
        JsonObject subject,
        string? payloadHash,
        string previousHash,
        string signedAt
    )
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentException.ThrowIfNullOrEmpty(previousHash);
        DraftRules.CheckEventId(eventId);
        if (MemberText.Find(subject, "type") is null)
        {
            throw new ArgumentException("A subject has a type.", nameof(subject));
        }

        var draft = new JsonObject
        {
            ["spec_version"] = specVersion,
            ["event_id"] = eventId,
            ["event_type"] = eventType,
            ["subject"] = subject.DeepClone(),
            ["previous_hash"] = previousHash,
            ["signed_at"] = signedAt,
        };
        if (payloadHash is not null)
        {
            DraftRules.CheckHash(payloadHash);
            draft["payload_hash"] = payloadHash;
        }

        return draft;
    }
}
