using System.Collections.Immutable;
using Hallmark.Core.Merkle;

namespace Hallmark.Evidence.Predictions;

/// <summary>A checkpoint in a receipt, and how the prediction is under it.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
/// <param name="Note">The signed note, byte for byte.</param>
/// <param name="TreeSize">How many entries it says that it covers.</param>
/// <param name="Path">The inclusion proof (RFC 9162) for that tree, leaf side first.</param>
public sealed record PredictionCheckpoint(ReadOnlyMemory<byte> Note, ulong TreeSize, ImmutableArray<TreeHash> Path);
