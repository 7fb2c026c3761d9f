namespace Hallmark.Core.Events;

/// <summary>All that becomes durable together when an event is logged.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record EventSubmission
{
    /// <summary>The sealed envelope, canonical bytes; at most 65,535 (the tlog-tiles limit of an entry).</summary>
    public required ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>The committed record, canonical bytes, or null where the envelope carries its payload inline or the record stays elsewhere.</summary>
    public ReadOnlyMemory<byte>? Record { get; init; }

    /// <summary>The envelope's <c>event_id</c>.</summary>
    public required string EventId { get; init; }

    /// <summary>The envelope's <c>event_type</c>, or null in profiles of minimal disclosure.</summary>
    public string? EventType { get; init; }

    /// <summary>The envelope's <c>payload_hash</c>: 64 lower-case hex digits.</summary>
    public required string PayloadHash { get; init; }

    /// <summary>What the event is about, in one line for look-ups: <c>run:&lt;id&gt;</c>, <c>model:&lt;name&gt;/&lt;version&gt;</c>, <c>dataset:&lt;name&gt;</c>, <c>file:&lt;sha256&gt;</c>.</summary>
    public string? SubjectKey { get; init; }

    /// <summary>The chain that this entry prolongs, or null.</summary>
    public ChainLink? Chain { get; init; }

    /// <summary>Work to be done after the entry is durable: tags and artifacts to write back, anchors to submit to.</summary>
    public IReadOnlyList<OutboxWork> Work { get; init; } = [];

    /// <summary>True where the event is one of many and the ledger's checkpoints are its only way to the anchors: those that take single envelopes are not handed this one.</summary>
    public bool IsCheckpointedOnly { get; init; }

    /// <summary>
    /// True where envelope, record, event id and payload hash come from one <see cref="Envelopes.EventSealer"/> and none was exchanged since: that they fit each other need
    /// not be looked at again.
    /// </summary>
    public bool IsSealedTogether => Sealed?.AreThoseOf(this) ?? false;

    internal SealedParts? Sealed { get; init; }
}
