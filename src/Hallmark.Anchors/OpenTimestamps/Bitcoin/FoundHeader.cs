namespace Hallmark.Anchors.OpenTimestamps.Bitcoin;

/// <summary>A header at a height of a chain that somebody vouches for.</summary>
/// <param name="Header">The header; its work was checked.</param>
/// <param name="Depth">How many blocks stand on it, itself included; at least 1.</param>
public sealed record FoundHeader(BlockHeader Header, long Depth);
