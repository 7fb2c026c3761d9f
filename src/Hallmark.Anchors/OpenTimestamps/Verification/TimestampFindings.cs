using System.Collections.Immutable;

namespace Hallmark.Anchors.OpenTimestamps.Verification;

/// <summary>What the chain says to every attestation of a timestamp.</summary>
/// <param name="All">One for each attestation.</param>
public sealed record TimestampFindings(ImmutableArray<AttestationFinding> All)
{
    /// <summary>The attestations that the chain contradicts. One is an error, even where another one verifies.</summary>
    public IEnumerable<AttestationFinding> Contradicted => All.Where(static finding => finding.Outcome is AttestationOutcome.Contradicted);

    /// <summary>The verified attestation with the earliest block time, and of those the lowest block; null where none verifies.</summary>
    public AttestationFinding? Earliest => EarliestOf(AttestationOutcome.Verified);

    /// <summary>The same among those whose block is not deep enough yet.</summary>
    public AttestationFinding? EarliestShallow => EarliestOf(AttestationOutcome.Shallow);

    private AttestationFinding? EarliestOf(AttestationOutcome outcome) =>
        All.Where(finding => finding.Outcome == outcome)
            .MinBy(static finding => (finding.Found?.Header.Time, finding.Attested.Attestation.Height));
}
