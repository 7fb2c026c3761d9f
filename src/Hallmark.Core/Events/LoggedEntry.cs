namespace Hallmark.Core.Events;

/// <summary>An entry of the ledger, as it was appended.</summary>
/// <param name="Index">Where it stands: counted from 0, never given twice.</param>
/// <param name="Envelope">The envelope's bytes, as received.</param>
/// <param name="Record">The record's bytes, or null where the ledger does not hold them.</param>
/// <param name="EventId">The envelope's event id.</param>
/// <param name="EventType">The envelope's event type, or null.</param>
/// <param name="PayloadHash">The envelope's payload hash: 64 lower-case hex digits.</param>
/// <param name="SubjectKey">What the event is about, or null.</param>
/// <param name="LoggedAt">When this ledger took it, by its own clock.</param>
public sealed record LoggedEntry(
    long Index,
    ReadOnlyMemory<byte> Envelope,
    ReadOnlyMemory<byte>? Record,
    string EventId,
    string? EventType,
    string PayloadHash,
    string? SubjectKey,
    DateTimeOffset LoggedAt
);
