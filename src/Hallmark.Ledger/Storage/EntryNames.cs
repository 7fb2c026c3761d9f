using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Storage;

/// <summary>The lookup keys by which an entry is found again.</summary>
/// <param name="EventIdKey">That of the event id.</param>
/// <param name="LeafKey">
/// That of the leaf hash; null where the envelope is JSON that names the event id. Then the same envelope is refused under any other id, and whoever looks for the id finds it.
/// </param>
/// <param name="PayloadHashKey">That of the payload hash.</param>
/// <param name="SubjectKey">That of the subject; null where there is none, and where it is found by the event id (<see cref="DerivedSubject"/>).</param>
internal readonly record struct EntryNames(long EventIdKey, long? LeafKey, long PayloadHashKey, long? SubjectKey)
{
    /// <summary>The names of an entry.</summary>
    /// <param name="eventId">Its event id.</param>
    /// <param name="leaf">Its leaf hash.</param>
    /// <param name="isInEnvelope">True where its envelope names the event id.</param>
    /// <param name="payloadHash">Its payload hash, 32 bytes.</param>
    /// <param name="subject">Its subject, or null.</param>
    public static EntryNames Of(string eventId, in TreeHash leaf, bool isInEnvelope, ReadOnlySpan<byte> payloadHash, string? subject) =>
        new(
            LookupKey.Of(eventId),
            isInEnvelope ? null : LookupKey.Of(leaf),
            LookupKey.Of(payloadHash),
            subject is null || DerivedSubject.Is(subject, eventId) ? null : LookupKey.Of(subject)
        );
}
