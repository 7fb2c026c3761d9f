using Hallmark.Core.Merkle;

namespace Hallmark.Evidence.Bodies;

/// <summary>An event in a bundle.</summary>
/// <param name="Envelope">The envelope in canonical form: the bytes that the ledger's leaf is made of.</param>
/// <param name="Record">The record's bytes, or null where they were left out.</param>
/// <param name="Inclusion">Where it stands in the ledger, and the proof for the tree of one of the bundle's checkpoints.</param>
public sealed record BundleEntry(ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte>? Record, InclusionProof Inclusion);
