using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Envelopes;

/// <summary>The members of an envelope that may come from anybody: nothing here is verified. Texts are null where the member is absent or no string.</summary>
/// <param name="members">The envelope; not copied, and not to be changed from now on.</param>
public sealed class EnvelopeView(JsonObject members)
{
    /// <summary>The envelope as it is.</summary>
    public JsonObject Members { get; } = members;

    /// <summary>The profile.</summary>
    public string? SpecVersion => MemberText.Find(Members, "spec_version");

    /// <summary>The event's id.</summary>
    public string? EventId => MemberText.Find(Members, "event_id");

    /// <summary>What happened; in promoted profiles only.</summary>
    public string? EventType => MemberText.Find(Members, "event_type");

    /// <summary>What it happened to; in promoted profiles only.</summary>
    public JsonObject? Subject => Members["subject"] as JsonObject;

    /// <summary>The <c>type</c> of <see cref="Subject"/>.</summary>
    public string? SubjectType => MemberText.Find(Subject, "type");

    /// <summary>The SHA-256 of the committed bytes, as claimed.</summary>
    public string? PayloadHash => MemberText.Find(Members, "payload_hash");

    /// <summary>What came before, or <see cref="EnvelopeDrafts.Genesis"/>; in promoted profiles only.</summary>
    public string? PreviousHash => MemberText.Find(Members, "previous_hash");

    /// <summary>When it was signed, says the signer.</summary>
    public string? SignedAt => MemberText.Find(Members, "signed_at");

    /// <summary>The key that signed, says the envelope.</summary>
    public string? PublicKey => MemberText.Find(Members, "public_key");

    /// <summary>The signature.</summary>
    public string? Signature => MemberText.Find(Members, "signature");

    /// <summary>Where the committed bytes might lie; never to be trusted.</summary>
    public string? PayloadRef => MemberText.Find(Members, "payload_ref");

    /// <summary><c>dev</c> or <c>production</c>.</summary>
    public string? Environment => MemberText.Find(Members, "environment");

    /// <summary>Whether the committed value stands in the envelope itself.</summary>
    public bool HasPayload => Members.ContainsKey("payload");

    /// <summary>The inline payload; null also where it is the literal null.</summary>
    public JsonNode? Payload => Members["payload"];

    /// <summary>Reads an envelope from bytes of anybody's.</summary>
    /// <param name="utf8">The bytes; repeated names count with their last value.</param>
    /// <param name="view">The members; null on a false result.</param>
    /// <returns>False where the bytes are not strict JSON or not an object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out EnvelopeView? view)
    {
        view =
            StrictJson.TryParse(utf8, out var node, out _, DuplicateNames.KeepLast) && node is JsonObject members
                ? new EnvelopeView(members)
                : null;
        return view is not null;
    }
}
