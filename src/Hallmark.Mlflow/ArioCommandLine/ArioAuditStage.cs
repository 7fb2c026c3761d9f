using System.Text.Json.Nodes;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>One stage of an audit (mlflow-events.md §18).</summary>
/// <param name="Name"><c>training</c>, <c>registration</c> or <c>promotion</c>.</param>
/// <param name="TransactionId">The transaction that a tag names, or null where nothing was anchored.</param>
/// <param name="Result">What the verification gave; null exactly where nothing was anchored.</param>
public sealed record ArioAuditStage(string Name, string? TransactionId, ArioResult? Result)
{
    /// <summary>Whether a tag names a transaction.</summary>
    public bool IsAnchored => TransactionId is not null;

    /// <summary>Null where nothing was anchored; else true only where the overall result is true: what could not be told is a failure here.</summary>
    public bool? Ok => IsAnchored ? Result?.Overall is true : null;

    internal JsonObject ToJson() =>
        new()
        {
            ["stage"] = Name,
            ["tx_id"] = TransactionId,
            ["anchored"] = IsAnchored,
            ["checks"] = IsAnchored ? Checks() : null,
            ["ok"] = Ok,
        };

    private JsonObject Checks() =>
        new()
        {
            ["signature"] = Shown(Result?.Signature),
            ["anchored_bytes"] = Shown(Result?.AnchoredBytes),
            ["source_of_truth"] = Shown(Result?.SourceOfTruth),
            ["ario_attestation"] = Shown(Result?.Attestation),
        };

    // Without an envelope nothing was checked, and the original gives no reasons.
    private JsonObject Shown(ArioCheck? check) =>
        Result is null or { ProofFound: false } || check is null
            ? new JsonObject { ["ok"] = null }
            : new JsonObject { ["ok"] = check.Ok, ["reason"] = check.Reason ?? "" };
}
