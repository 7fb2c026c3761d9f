using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Evidence;

/// <summary>An export's source and attestations as verified here, without what the export says about them.</summary>
/// <param name="Source">What came of the source bundle.</param>
/// <param name="Attestations">What came of the attestations, in record order.</param>
/// <param name="GeneratedAt">The wrapper's time stamp, which becomes the verdict's <c>as_of</c>.</param>
internal sealed record RecomputedExport(
    EvidenceVerification Source,
    IReadOnlyList<AttestationVerification> Attestations,
    string? GeneratedAt
)
{
    /// <summary>Why the export is malformed; null where it is not.</summary>
    internal string? Malformed { get; init; }

    /// <summary>What the family's verifiers pass over in the attestations.</summary>
    internal IReadOnlyList<EvidenceFinding> Findings { get; init; } = [];

    /// <summary>What source and attestations alone lead to.</summary>
    internal EvidenceStatus Status =>
        Source.Status is EvidenceStatus.Failed or EvidenceStatus.Malformed || Attestations.Any(attestation => !attestation.IsOk)
            ? EvidenceStatus.Failed
            : Source.Status;

    /// <summary>The verdict object (envelope family §15.1).</summary>
    /// <param name="status">The export's own status.</param>
    internal JsonObject ToVerdict(EvidenceStatus status) => VerdictObject.Build(this, status);

    /// <summary>What of the verdict a cached one must agree with.</summary>
    internal byte[] Projection()
    {
        // The cached verdict goes the same way, so both are read back from canonical text.
        EvidenceDocument.TryRead(CanonicalJson.Canonicalize(ToVerdict(Status)), out var document, out _);
        using (document)
        {
            return VerdictProjection.Of(document!.Root); // ! our own text is acceptable
        }
    }
}
