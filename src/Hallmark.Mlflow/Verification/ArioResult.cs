using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Verification;

/// <summary>The result of one of the original's composite verifications (mlflow-events.md §12).</summary>
public sealed record ArioResult
{
    /// <summary>Check 1.</summary>
    public required ArioCheck Signature { get; init; }

    /// <summary>Check 2.</summary>
    public required ArioCheck AnchoredBytes { get; init; }

    /// <summary>Check 3; null in <c>verify_record</c>, which has none.</summary>
    public ArioCheck? SourceOfTruth { get; init; }

    /// <summary>Check 4.</summary>
    public required ArioCheck Attestation { get; init; }

    /// <summary>All together.</summary>
    public required bool? Overall { get; init; }

    /// <summary>Whether the envelope was found; null where it was handed in.</summary>
    public bool? ProofFound { get; init; }

    /// <summary>The result as the original's object.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["signature"] = Signature.ToJson(), ["anchored_bytes"] = AnchoredBytes.ToJson() };
        if (SourceOfTruth is not null)
        {
            json["source_of_truth"] = SourceOfTruth.ToJson();
        }

        json["ario_attestation"] = Attestation.ToJson();
        json["overall"] = Overall;
        if (ProofFound is not null)
        {
            json["proof_found"] = ProofFound;
        }

        return json;
    }
}
