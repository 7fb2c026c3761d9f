namespace Hallmark.Core.Envelopes;

/// <summary>An event of <see cref="SpecVersion.Events"/> before it is sealed.</summary>
/// <param name="EventId">A UUID in lower case with dashes.</param>
/// <param name="Record">The record's canonical bytes; they must not change any more.</param>
/// <param name="SignedAt">When it is signed.</param>
public readonly record struct EventDraft(string EventId, ReadOnlyMemory<byte> Record, DateTimeOffset SignedAt);
