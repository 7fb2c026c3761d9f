using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>Where an item lies, by a gateway's word.</summary>
/// <param name="Block">The block with its time and depth; null where the gateway knows the item and no block yet.</param>
/// <param name="BundledIn">The bundle that carries it, or null.</param>
public sealed record ItemPlace(BlockPosition? Block, string? BundledIn);
