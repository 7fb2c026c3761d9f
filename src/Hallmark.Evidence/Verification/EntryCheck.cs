using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Merkle;
using Hallmark.Evidence.Bodies;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Evidence.Verification;

/// <summary>What is found of one event of a bundle, by itself. Safe to run beside others.</summary>
internal sealed record EntryCheck
{
    private EntryCheck() { }

    /// <summary>How the event is named in answers.</summary>
    public required string Name { get; init; }

    /// <summary>Its id; null where the envelope names none.</summary>
    public required string? EventId { get; init; }

    /// <summary>When it says it was signed; or null.</summary>
    public required DateTimeOffset? SignedAt { get; init; }

    /// <summary>Where it stands in the ledger.</summary>
    public required ulong Index { get; init; }

    /// <summary>Why the envelope is not signed by somebody who may; or null.</summary>
    public string? SignatureFault { get; init; }

    /// <summary>True where the signer is one whom nobody here knows.</summary>
    public bool IsOfUnknownSigner { get; init; }

    /// <summary>Why the record is not the committed one; null where it is, or is not there.</summary>
    public string? RecordFault { get; init; }

    /// <summary>The root that its proof leads to; null where it leads nowhere.</summary>
    public TreeHash? Root { get; init; }

    /// <summary>True where the envelope speaks of the bundle's subject.</summary>
    public bool IsOfSubject { get; init; }

    /// <summary>The events that its record says it follows; empty where the record is not here, or is not the committed one.</summary>
    public ImmutableArray<string> Follows { get; init; } = [];

    public static EntryCheck Of(BundleEntry entry, string subject, Func<string, DateTimeOffset?, SignerOpinion> judge)
    {
        using var document = JsonDocument.Parse(entry.Envelope, new JsonDocumentOptions { MaxDepth = 130 });
        var envelope = document.RootElement;
        var eventId = Text(envelope, "event_id");
        var signedAt = EnvelopeTime.TryParse(Text(envelope, "signed_at"), out var time) ? time : (DateTimeOffset?)null;
        var (fault, isUnknown) = JudgeSignature(entry.Envelope.Span, Text(envelope, "public_key") ?? "", signedAt, judge);
        var recordFault =
            entry.Record is { } record
            && Convert.ToHexStringLower(SHA256.HashData(record.Span)) is var hash
            && hash != Text(envelope, "payload_hash")
                ? $"the record has the SHA-256 {hash}, which the envelope does not commit to"
                : null;
        return new EntryCheck
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"entry {entry.Inclusion.Index} ({eventId ?? "no event id"})"),
            EventId = eventId,
            SignedAt = signedAt,
            Index = entry.Inclusion.Index,
            SignatureFault = fault,
            IsOfUnknownSigner = isUnknown,
            RecordFault = recordFault,
            Follows = recordFault is null && entry.Record is { } intact ? [.. RecordLinks.EventIds(intact.Span)] : [],
            Root = entry.Inclusion.TryFindRoot(MerkleHash.Leaf(entry.Envelope.Span), out var root) ? root : null,
            IsOfSubject = BundleSubject.Names(subject, eventId, envelope),
        };
    }

    /// <summary>Why an envelope is not signed by somebody who may, or null; and whether nobody here knows the signer.</summary>
    public static (string? Fault, bool IsUnknown) JudgeSignature(
        ReadOnlySpan<byte> envelope,
        string key,
        DateTimeOffset? signedAt,
        Func<string, DateTimeOffset?, SignerOpinion> judge
    )
    {
        var result = EnvelopeVerifier.Verify(envelope, allowLegacy: true);
        if (!result.SpecVersionOk || !result.SignatureOk || result.PayloadHashOk is false)
        {
            return (string.Join("; ", result.Errors), false);
        }

        return judge(key.ToLowerInvariant(), signedAt).Standing switch
        {
            SignerStanding.Trusted => (null, false),
            SignerStanding.Refused => ($"signed by {key}, which is none of the keys that may sign", false),
            _ => (null, true),
        };
    }

    private static string? Text(JsonElement envelope, string name) =>
        envelope.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;
}
