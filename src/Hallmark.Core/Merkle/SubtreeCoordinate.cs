namespace Hallmark.Core.Merkle;

/// <summary>A perfect subtree: it covers the leaves from <c>Index · 2^Height</c> up to, but not including, <c>(Index + 1) · 2^Height</c>.</summary>
/// <param name="Height">0 for a leaf, at most 63.</param>
/// <param name="Index">Counted from 0 on its height.</param>
public readonly record struct SubtreeCoordinate(int Height, ulong Index);
