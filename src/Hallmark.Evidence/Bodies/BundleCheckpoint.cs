using Hallmark.Core.Merkle;

namespace Hallmark.Evidence.Bodies;

/// <summary>A checkpoint in a bundle.</summary>
/// <param name="Note">The signed note, byte for byte.</param>
/// <param name="FromPrevious">The proof that the checkpoint before it in the bundle is its beginning; null for the first.</param>
public sealed record BundleCheckpoint(ReadOnlyMemory<byte> Note, ConsistencyProof? FromPrevious);
