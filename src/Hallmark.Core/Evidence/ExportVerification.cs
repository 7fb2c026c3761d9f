using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>What was found about the body of an attested export (envelope family §13).</summary>
/// <remarks>Compared by reference of its lists; not meant to be compared.</remarks>
public sealed record ExportVerification
{
    /// <summary>Whether the export's hash of the source bundle is right.</summary>
    public bool SourceLinkageOk { get; init; }

    /// <summary>What came of the source bundle.</summary>
    public EvidenceStatus SourceStatus { get; init; }

    /// <summary>Whether the cached verdict says what was computed anew, in all that does not depend on time and network.</summary>
    public bool VerdictAgreementOk { get; init; }

    /// <summary>The operator attestations, in the order of the export.</summary>
    public IReadOnlyList<AttestationVerification> Attestations { get; init; } = [];

    /// <summary>The verdict object computed anew (envelope family §15.1), which is the one to show.</summary>
    public required JsonObject Verdict { get; init; }

    /// <summary>What came of the export as a whole.</summary>
    public EvidenceStatus Status { get; init; }

    /// <summary>The result as the family's kernels give it.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["source_linkage_ok"] = SourceLinkageOk,
            ["source_status"] = EvidenceWords.Of(SourceStatus),
            ["verdict_agreement_ok"] = VerdictAgreementOk,
            ["attestations"] = new JsonArray([.. Attestations.Select(attestation => attestation.ToJson())]),
            ["verdict"] = Verdict.DeepClone(),
            ["status"] = EvidenceWords.Of(Status),
        };
}
