namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>What the bundler says of an item (<c>turbo-ans104.md</c> §8.3). Unsigned: its word only.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Info"><c>new</c>, <c>pending</c>, <c>permanent</c>, <c>failed</c> or nothing.</param>
/// <param name="BundleId">The bundle's transaction, or null where there is none yet.</param>
/// <param name="Reason">Why it failed, or null.</param>
public sealed record TurboItemStatus(TurboItemState State, string? Info, string? BundleId, string? Reason);
