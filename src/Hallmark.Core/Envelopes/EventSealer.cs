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
    public EventSubmission Seal(string eventId, ReadOnlyMemory<byte> record, DateTimeOffset signedAt)
    {
        if (!DraftRules.IsEventId(eventId))
        {
            throw new ArgumentException("An event id is a UUID in lower case with dashes.", nameof(eventId));
        }

        var payloadHash = Sha256.HashHex(record.Span);
        var envelope = Write(eventId, payloadHash, signedAt);
        return new EventSubmission
        {
            Envelope = envelope,
            Record = record,
            EventId = eventId,
            PayloadHash = payloadHash,
            Sealed = new SealedParts(envelope, record, eventId, payloadHash),
        };
    }

    private byte[] Write(string eventId, string payloadHash, DateTimeOffset signedAt)
    {
        var beforeHash = "\",\"payload_hash\":\""u8;
        var beforeHex = ",\"signature\":\""u8;
        var beforeTime = ",\"signed_at\":\""u8;
        var end = "\",\"spec_version\":\"ario.events/v1\"}"u8;
        var time = EnvelopeTime.Milliseconds(signedAt);

        // The scope is everything but the signature; it is made room for afterwards.
        var headLength = _beforeId.Length + EventIdLength + beforeHash.Length + HashLength + _beforeSignature.Length;
        var tailLength = beforeTime.Length + time.Length + end.Length;
        var memberLength = beforeHex.Length + (2 * Ed25519PublicKey.SignatureSizeInBytes) + 1;
        var envelope = new byte[headLength + memberLength + tailLength];
        var head = new Target(envelope);
        head.Put(_beforeId);
        head.Put(eventId);
        head.Put(beforeHash);
        head.Put(payloadHash);
        head.Put(_beforeSignature);
        var tail = new Target(envelope.AsSpan(headLength));
        tail.Put(beforeTime);
        tail.Put(time);
        tail.Put(end);

        Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        _signer.Sign(envelope.AsSpan(0, headLength + tailLength), signature);
        envelope.AsSpan(headLength, tailLength).CopyTo(envelope.AsSpan(headLength + memberLength));
        var member = new Target(envelope.AsSpan(headLength));
        member.Put(beforeHex);
        member.PutHex(signature);
        member.Put("\""u8);
        return envelope;
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
