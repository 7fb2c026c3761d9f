namespace Hallmark.Core.Evidence;

/// <summary>An export that was made, and what came of its parts.</summary>
/// <param name="Evidence">The signed export.</param>
/// <param name="Status">What a verifier will say; a failed export is made too, so that it can be looked into.</param>
/// <param name="SourceBundleHash">SHA-256 of the canonical source bundle, 64 lower-case hex digits.</param>
/// <param name="Attestations">What came of each attestation, in order.</param>
public sealed record ComposedExport(
    SealedEvidence Evidence,
    EvidenceStatus Status,
    string SourceBundleHash,
    IReadOnlyList<AttestationVerification> Attestations
)
{
    /// <summary>1 where the export fails, else 0.</summary>
    public int ExitCode => Status is EvidenceStatus.Failed or EvidenceStatus.Malformed ? 1 : 0;
}
