using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Events;

/// <summary>An event that is sealed and not yet logged.</summary>
public sealed record PreparedEvent
{
    /// <summary>UUID v4.</summary>
    public required string EventId { get; init; }

    /// <summary>See <see cref="EventTypes"/>.</summary>
    public required string EventType { get; init; }

    /// <summary>The record as a value.</summary>
    public required JsonObject Payload { get; init; }

    /// <summary>The record's canonical bytes: what is stored, without BOM and final newline.</summary>
    public required ReadOnlyMemory<byte> Record { get; init; }

    /// <summary>SHA-256 of <see cref="Record"/>, 64 hex digits.</summary>
    public required string PayloadHash { get; init; }

    /// <summary>The envelope's chain pointer.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>The sealed envelope as a value.</summary>
    public required JsonObject Envelope { get; init; }

    /// <summary>The sealed envelope's canonical bytes.</summary>
    public required ReadOnlyMemory<byte> EnvelopeBytes { get; init; }

    /// <summary>What the event is about, for the ledger.</summary>
    public required string SubjectKey { get; init; }

    /// <summary>The chain that the event prolongs, or null.</summary>
    public ChainLink? Chain { get; init; }

    /// <summary>The signing key, 64 hex digits.</summary>
    public required string PublicKeyHex { get; init; }

    /// <summary>The event of an entry, or null where the ledger does not hold its record or somebody damaged either.</summary>
    internal static PreparedEvent? FromEntry(LoggedEntry entry) =>
        entry is { Record: { } record, EventType: { } eventType }
        && StoredJson.TryParseObject(record.Span) is { } payload
        && StoredJson.TryParseObject(entry.Envelope.Span) is { } envelope
        && StoredJson.Text(envelope, "public_key") is { } publicKey
            ? new PreparedEvent
            {
                EventId = entry.EventId,
                EventType = eventType,
                Payload = payload,
                Record = record,
                PayloadHash = entry.PayloadHash,
                PreviousHash = StoredJson.Text(envelope, "previous_hash") ?? EnvelopeDrafts.Genesis,
                Envelope = envelope,
                EnvelopeBytes = entry.Envelope,
                SubjectKey = entry.SubjectKey ?? "",
                PublicKeyHex = publicKey,
            }
            : null;

    /// <summary>What the ledger takes.</summary>
    /// <param name="work">What becomes durable with it and is done afterwards.</param>
    public EventSubmission ToSubmission(IReadOnlyList<OutboxWork> work) =>
        new()
        {
            Envelope = EnvelopeBytes,
            Record = Record,
            EventId = EventId,
            EventType = EventType,
            PayloadHash = PayloadHash,
            SubjectKey = SubjectKey,
            Chain = Chain,
            Work = work,
        };
}
