namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>An attestation with what it attests to.</summary>
/// <param name="Node">The timestamp at which it stands; its message is what is attested.</param>
/// <param name="Attestation">Who attests.</param>
public sealed record AttestedMessage(Timestamp Node, TimeAttestation Attestation);
