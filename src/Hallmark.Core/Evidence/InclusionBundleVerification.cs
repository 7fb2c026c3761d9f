using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Core.Evidence;

/// <summary>All that was found while verifying one inclusion bundle (envelope family §10). Says nothing about whose key signed.</summary>
/// <remarks>Compared by reference of its lists; not meant to be compared.</remarks>
public sealed record InclusionBundleVerification
{
    /// <summary>Whether checkpoint and inclusion hold.</summary>
    public bool IsOk => Envelope?.IsOk == true && InclusionOk;

    /// <summary>Whether the bundle's version is accepted.</summary>
    public bool SpecVersionOk { get; init; }

    /// <summary>What came of the checkpoint's envelope; null where it was not reached.</summary>
    public EnvelopeVerification? Envelope { get; init; }

    /// <summary>Whether the path leads from the leaf to the checkpoint's root.</summary>
    public bool InclusionOk { get; init; }

    /// <summary>Whether the bundle is not what its format says, so that nothing was looked at.</summary>
    public bool IsMalformed { get; init; }

    /// <summary>The transaction of the checkpoint, where the bundle names one.</summary>
    public string? CheckpointTxId { get; init; }

    /// <summary>Where the leaf stands, says the bundle; null where it is no integer.</summary>
    public long? LeafIndex { get; init; }

    /// <summary>How many leaves there are, says the checkpoint; null where it is no integer.</summary>
    public long? LeafCount { get; init; }

    /// <summary>What the gateways said about the checkpoint; null where none was asked. Beside the family's result, which knows no gateways.</summary>
    public OnChainVerification? OnChain { get; init; }

    /// <summary>What did not hold, for people; the texts of the family's Python kernel.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>What came of it, with the gateways: partial where gateways were asked and none answered.</summary>
    public EvidenceStatus Status =>
        IsMalformed ? EvidenceStatus.Malformed
        : !IsOk || OnChain?.IsOk == false ? EvidenceStatus.Failed
        : OnChain is { IsOk: null } ? EvidenceStatus.Partial
        : EvidenceStatus.Verified;

    /// <summary>The exit code (envelope family §16): 0 verified, 1 failed, 2 malformed, 3 no gateway answered.</summary>
    public int ExitCode =>
        Status switch
        {
            EvidenceStatus.Verified => 0,
            EvidenceStatus.Partial => 3,
            EvidenceStatus.Failed => 1,
            _ => 2,
        };

    /// <summary>The result as the family's Python kernel gives it, <c>snake_case</c>.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["ok"] = IsOk,
            ["spec_version_ok"] = SpecVersionOk,
            ["envelope"] = Envelope?.ToJson(),
            ["inclusion_ok"] = InclusionOk,
            ["errors"] = new JsonArray([.. Errors.Select(error => (JsonNode)error)]),
        };
}
