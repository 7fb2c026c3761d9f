namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>Why a data item is refused.</summary>
/// <param name="Fault">Which rule it breaks.</param>
/// <param name="Reason">In words, without a final full stop.</param>
public sealed record DataItemRefusal(DataItemFault Fault, string Reason);
