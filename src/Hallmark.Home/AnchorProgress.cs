using Hallmark.Core.Anchoring;

namespace Hallmark.Home;

/// <summary>How far one anchor has an event that is waited for.</summary>
/// <param name="Anchor">The anchor's name.</param>
/// <param name="Receipt">Its receipt for the event's envelope, or for a checkpoint over it; null where there is none yet.</param>
/// <param name="IsReached">True where it is as far as was asked.</param>
public sealed record AnchorProgress(string Anchor, AnchorReceipt? Receipt, bool IsReached);
