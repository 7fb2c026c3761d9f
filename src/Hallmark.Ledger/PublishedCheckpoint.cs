using Hallmark.Core.Merkle;

namespace Hallmark.Ledger;

/// <summary>A checkpoint that the ledger has signed and published. Whoever keeps its bytes can prove a later rewrite.</summary>
/// <remarks>Compared by reference of its bytes.</remarks>
/// <param name="Size">How many entries it covers.</param>
/// <param name="Root">The root over them.</param>
/// <param name="Note">The signed note, byte for byte.</param>
/// <param name="PublishedAt">When, by the ledger's own clock.</param>
public sealed record PublishedCheckpoint(long Size, TreeHash Root, ReadOnlyMemory<byte> Note, DateTimeOffset PublishedAt);
