using System.Security.Cryptography;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Events;

namespace Hallmark.Anchors.Arweave;

/// <summary>All that is random in what an anchor sends.</summary>
/// <param name="eventIds">Ids of checkpoint envelopes.</param>
public class ArweaveRandomness(IEventIds eventIds)
{
    /// <summary>Ids of checkpoint envelopes.</summary>
    public IEventIds EventIds { get; } = eventIds;

    /// <summary>An item's anchor, 32 bytes: two items of the same content stay two.</summary>
    public virtual byte[] NextItemAnchor() => RandomNumberGenerator.GetBytes(DataItem.ReferenceSizeInBytes);
}
