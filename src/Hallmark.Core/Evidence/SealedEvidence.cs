namespace Hallmark.Core.Evidence;

/// <summary>A signed evidence bundle.</summary>
/// <param name="Bytes">The bundle, canonical UTF-8.</param>
/// <param name="BodyHash">SHA-256 of the canonical body, 64 lower-case hex digits.</param>
/// <param name="ChainHash">SHA-256 of the canonical bundle without its signature: what the issuer's next report names as its predecessor.</param>
public sealed record SealedEvidence(ReadOnlyMemory<byte> Bytes, string BodyHash, string ChainHash);
