using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Storage;

/// <summary>The lookup keys by which the writing thread finds an entry again.</summary>
/// <param name="EventIdKey">That of the event id.</param>
/// <param name="LeafKey">
/// That of the leaf hash; null where the envelope is JSON that names the event id. Then the same envelope is refused under any other id, and whoever looks for the id finds it.
/// </param>
internal readonly record struct EntryNames(long EventIdKey, long? LeafKey)
{
    /// <summary>The names of an entry.</summary>
    /// <param name="eventId">Its event id.</param>
    /// <param name="leaf">Its leaf hash.</param>
    /// <param name="isInEnvelope">True where its envelope names the event id.</param>
    public static EntryNames Of(string eventId, in TreeHash leaf, bool isInEnvelope) =>
        new(LookupKey.Of(eventId), isInEnvelope ? null : LookupKey.Of(leaf));
}
