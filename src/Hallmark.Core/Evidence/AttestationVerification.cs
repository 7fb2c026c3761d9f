using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>What was found about one operator attestation of an export (envelope family §14.3).</summary>
public sealed record AttestationVerification
{
    /// <summary>The checkpoint that it names, or empty.</summary>
    public string CheckpointTxId { get; init; } = "";

    /// <summary>The operator's address as the payload names it, or empty.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The operator's gateway as the payload names it.</summary>
    public string? Gateway { get; init; }

    /// <summary>Whether the embedded key signed the payload.</summary>
    public bool SignatureOk { get; init; }

    /// <summary>Whether the embedded key is that of the named operator.</summary>
    public bool OperatorAddressBound { get; init; }

    /// <summary>Whether the attested data is the checkpoint's envelope.</summary>
    public bool DataHashBound { get; init; }

    /// <summary>Whether the source bundle holds the checkpoint.</summary>
    public bool CheckpointResolved { get; init; }

    /// <summary>The level that the operator claims: 1, 2 or 3. Null where it is no integer.</summary>
    public long? Level { get; init; }

    /// <summary>Whether all of it holds. That the operator is one to be trusted is for others to say.</summary>
    public bool IsOk => SignatureOk && OperatorAddressBound && DataHashBound && CheckpointResolved;

    /// <summary>What did not hold, for people; the texts of the family's Python kernel.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>The result as the family's kernels give it. <c>subject_ref_ok</c> is always null in this version of the format.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["checkpoint_tx_id"] = CheckpointTxId,
            ["operator"] = Operator,
            ["gateway"] = Gateway,
            ["signature_ok"] = SignatureOk,
            ["operator_address_bound"] = OperatorAddressBound,
            ["data_hash_bound"] = DataHashBound,
            ["checkpoint_resolved"] = CheckpointResolved,
            ["level"] = Level,
            ["subject_ref_ok"] = null,
            ["ok"] = IsOk,
            ["errors"] = new JsonArray([.. Errors.Select(error => (JsonNode)error)]),
        };
}
