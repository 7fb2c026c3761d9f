namespace Hallmark.Core.Anchoring;

/// <summary>Where in a chain of blocks something lies.</summary>
/// <param name="Height">The block's number, counted from 0.</param>
/// <param name="Id">The block's hash or id as that chain writes it, or null.</param>
/// <param name="Time">The block's own time, or null.</param>
/// <param name="Depth">How many blocks stand on it, itself included, when last asked; or null.</param>
public sealed record BlockPosition(long Height, string? Id, DateTimeOffset? Time, long? Depth);
