using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.OpenTimestamps.Verification;

/// <summary>One attestation of a timestamp, and what the chain says to it.</summary>
/// <param name="Attested">The attestation with its message.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Found">The block that was looked up; null where none was.</param>
public sealed record AttestationFinding(AttestedMessage Attested, AttestationOutcome Outcome, FoundHeader? Found);
