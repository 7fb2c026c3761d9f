using Hallmark.Core.Merkle;

namespace Hallmark.Core.Checkpoints;

/// <summary>A handover of a log's key with all that shows, without the log, that it stands there. Nothing in it is believed before <see cref="LogKeyChain"/> has taken it.</summary>
/// <remarks>Compared by reference; not meant to be compared.</remarks>
/// <param name="Entry">The entry, an envelope in canonical form.</param>
/// <param name="Inclusion">Where it stands, and the path to the root of the checkpoint.</param>
/// <param name="Note">The first checkpoint that covers it, signed by both keys.</param>
public sealed record KeyHandoverProof(ReadOnlyMemory<byte> Entry, InclusionProof Inclusion, ReadOnlyMemory<byte> Note);
