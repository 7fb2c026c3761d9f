using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>What all gateways together said about one checkpoint (envelope family §12.3).</summary>
/// <param name="PerGateway">Each gateway's answer, in the order asked.</param>
public sealed record OnChainVerification(IReadOnlyList<GatewayAnswer> PerGateway)
{
    /// <summary>The worst finding: any mismatch, else any confirmation, else unreachable.</summary>
    public GatewayOutcome Rollup =>
        PerGateway.Any(answer => answer.Outcome == GatewayOutcome.Mismatch) ? GatewayOutcome.Mismatch
        : PerGateway.Any(answer => answer.Outcome == GatewayOutcome.Confirm) ? GatewayOutcome.Confirm
        : GatewayOutcome.Unreachable;

    /// <summary>False for a mismatch, true for a confirmation, null where nobody answered.</summary>
    public bool? IsOk =>
        Rollup switch
        {
            GatewayOutcome.Mismatch => false,
            GatewayOutcome.Confirm => true,
            _ => null,
        };

    /// <summary>The answers about one transaction; what is not among the outcomes did not answer.</summary>
    internal static OnChainVerification Of(string txId, EvidenceInputs inputs) =>
        new([
            .. inputs.Gateways.Select(gateway => new GatewayAnswer(
                gateway,
                inputs.GatewayOutcomes?.GetValueOrDefault(CheckpointFetch.UrlOf(gateway, txId)) ?? GatewayOutcome.Unreachable
            )),
        ]);

    /// <summary>The result as the family's kernels give it.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["rollup"] = EvidenceWords.Of(Rollup),
            ["on_chain_ok"] = IsOk,
            ["per_gateway"] = new JsonArray([.. PerGateway.Select(answer => answer.ToJson())]),
        };
}
