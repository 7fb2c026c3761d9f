using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>What was found about one checkpoint of a trace (envelope family §12.1).</summary>
public sealed record CheckpointVerification
{
    /// <summary>The transaction id, or empty where it is missing.</summary>
    public required string TxId { get; init; }

    /// <summary>Whether the envelope verifies and binds the record, which must be there.</summary>
    public bool EnvelopeOk { get; init; }

    /// <summary>Whether the record commits to the claimed root.</summary>
    public bool MerkleRootOk { get; init; }

    /// <summary>What the gateways said; null where none was asked.</summary>
    public OnChainVerification? OnChain { get; init; }

    /// <summary>Whether all of it holds; gateways that did not answer do no harm.</summary>
    public bool IsOk => EnvelopeOk && MerkleRootOk && OnChain?.IsOk != false;

    /// <summary>What did not hold, for people; the texts of the family's Python kernel.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>The result as the family's kernels give it.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["tx_id"] = TxId,
            ["envelope_ok"] = EnvelopeOk,
            ["merkle_root_ok"] = MerkleRootOk,
            ["on_chain_ok"] = OnChain?.IsOk,
            ["on_chain"] = OnChain?.ToJson(),
            ["ok"] = IsOk,
            ["errors"] = new JsonArray([.. Errors.Select(error => (JsonNode)error)]),
        };
}
