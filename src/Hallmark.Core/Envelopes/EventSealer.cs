using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Envelopes;

/// <summary>
/// Seals many events of <see cref="SpecVersion.Events"/> (envelope family §8): the same bytes as <see cref="EnvelopeSealer"/> makes of
/// <see cref="EnvelopeDrafts.Events"/>, written at once because every member has a fixed place and needs no escapes. Safe for use by several threads.
/// </summary>
public sealed class EventSealer
{
    private const int EventIdLength = 36;
    private const int HashLength = 2 * SHA256.HashSizeInBytes;
    private readonly ISigner _signer;
    private readonly byte[] _beforeId;
    private readonly byte[] _beforeSignature;

    private static ReadOnlySpan<byte> BeforeSignatureHex => ",\"signature\":\""u8;

    private static int SignatureMemberLength => BeforeSignatureHex.Length + (2 * Ed25519PublicKey.SignatureSizeInBytes) + 1;

    /// <param name="signer">Whose key signs.</param>
    /// <param name="environment"><c>dev</c> or <c>production</c>.</param>
    /// <exception cref="ArgumentException">The environment is neither.</exception>
    public EventSealer(ISigner signer, string environment)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (environment is not ("dev" or "production"))
        {
            throw new ArgumentException("An environment is dev or production.", nameof(environment));
        }

        _signer = signer;
        _beforeId = Encoding.ASCII.GetBytes($"{{\"environment\":\"{environment}\",\"event_id\":\"");
        _beforeSignature = Encoding.ASCII.GetBytes($"\",\"public_key\":\"{signer.PublicKey.Hex}\"");
    }

    /// <summary>Seals one event.</summary>
    /// <param name="eventId">A UUID in lower case with dashes.</param>
    /// <param name="record">The record's canonical bytes; they must not change any more.</param>
    /// <param name="signedAt">When.</param>
    /// <returns>What the ledger takes; look-up columns, work and chain are the caller's to add.</returns>
    /// <exception cref="ArgumentException">The event id has another form.</exception>
    public EventSubmission Seal(string eventId, ReadOnlyMemory<byte> record, DateTimeOffset signedAt) =>
        SealAll([new EventDraft(eventId, record, signedAt)])[0];

    /// <summary>Seals several events, whose signatures are made together.</summary>
    /// <param name="drafts">The events.</param>
    /// <returns>What the ledger takes of each, in the same order.</returns>
    /// <exception cref="ArgumentException">An event id is not a UUID in lower case with dashes; nothing is signed.</exception>
    public EventSubmission[] SealAll(IReadOnlyList<EventDraft> drafts)
    {
        ArgumentNullException.ThrowIfNull(drafts);
        var unsigned = new Unsigned[drafts.Count];
        var scopes = new ReadOnlyMemory<byte>[drafts.Count];
        for (var i = 0; i < unsigned.Length; i++)
        {
            unsigned[i] = Write(drafts[i]);
            scopes[i] = unsigned[i].Scope;
        }

        var signatures = new byte[unsigned.Length * Ed25519PublicKey.SignatureSizeInBytes];
        _signer.SignAll(scopes, signatures);
        var submissions = new EventSubmission[unsigned.Length];
        for (var i = 0; i < submissions.Length; i++)
        {
            var (draft, payloadHash) = (drafts[i], unsigned[i].PayloadHash);
            var envelope = unsigned[i]
                .Sign(signatures.AsSpan(i * Ed25519PublicKey.SignatureSizeInBytes, Ed25519PublicKey.SignatureSizeInBytes));
            submissions[i] = new EventSubmission
            {
                Envelope = envelope,
                Record = draft.Record,
                EventId = draft.EventId,
                PayloadHash = payloadHash,
                Sealed = new SealedParts(envelope, draft.Record, draft.EventId, payloadHash),
            };
        }

        return submissions;
    }

    private Unsigned Write(EventDraft draft)
    {
        if (!DraftRules.IsEventId(draft.EventId))
        {
            throw new ArgumentException("An event id is a UUID in lower case with dashes.", nameof(draft));
        }

        var beforeHash = "\",\"payload_hash\":\""u8;
        var beforeTime = ",\"signed_at\":\""u8;
        var end = "\",\"spec_version\":\"ario.events/v1\"}"u8;
        var payloadHash = Sha256.HashHex(draft.Record.Span);
        var time = EnvelopeTime.Milliseconds(draft.SignedAt);
        var headLength = _beforeId.Length + EventIdLength + beforeHash.Length + HashLength + _beforeSignature.Length;
        var tailLength = beforeTime.Length + time.Length + end.Length;
        var envelope = new byte[headLength + SignatureMemberLength + tailLength];
        var target = new Target(envelope);
        target.Put(_beforeId);
        target.Put(draft.EventId);
        target.Put(beforeHash);
        target.Put(payloadHash);
        target.Put(_beforeSignature);
        target.Put(beforeTime);
        target.Put(time);
        target.Put(end);
        return new Unsigned(envelope, headLength, payloadHash);
    }

    // An envelope that has no signature yet. The scope is everything else, written without a gap; room for the signature is made afterwards.
    private readonly record struct Unsigned(byte[] Envelope, int HeadLength, string PayloadHash)
    {
        public ReadOnlyMemory<byte> Scope => Envelope.AsMemory(0, Envelope.Length - SignatureMemberLength);

        public byte[] Sign(ReadOnlySpan<byte> signature)
        {
            Scope.Span[HeadLength..].CopyTo(Envelope.AsSpan(HeadLength + SignatureMemberLength));
            var member = new Target(Envelope.AsSpan(HeadLength));
            member.Put(BeforeSignatureHex);
            member.PutHex(signature);
            member.Put("\""u8);
            return Envelope;
        }
    }

    private ref struct Target(Span<byte> rest)
    {
        private Span<byte> _rest = rest;

        public void Put(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_rest);
            _rest = _rest[bytes.Length..];
        }

        public void Put(string ascii) => _rest = _rest[Encoding.ASCII.GetBytes(ascii, _rest)..];

        public void PutHex(scoped ReadOnlySpan<byte> bytes)
        {
            Convert.TryToHexStringLower(bytes, _rest, out var written);
            _rest = _rest[written..];
        }
    }
}
