using System.Text.Json.Nodes;

namespace Hallmark.Inference.Status;

/// <summary>What was let through by <see cref="GatePolicy.FailOpen"/>: the structured field <c>ario_verify_status</c> of the original's warning.</summary>
/// <param name="AssetId">The asset.</param>
/// <param name="Phase"><c>load</c> or <c>predict</c>.</param>
/// <param name="Error">The failure that was let through.</param>
public sealed record GateWarning(string AssetId, string Phase, AssetStatusException Error)
{
    /// <summary>The field's members, in the original's order; those of an answer are null where there was none.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["asset_id"] = AssetId,
            ["phase"] = Phase,
            ["error"] = Error.ErrorName,
            ["outcome"] = Error.Status is { } answer ? answer.Outcome.ToString().ToLowerInvariant() : null,
            ["stale"] = Error.Status?.IsStale,
            ["policy_hash"] = Error.Status?.PolicyHash,
            ["current_tx_id"] = Error.Status?.CurrentTransactionId,
        };
}
