namespace Hallmark.Inference.Status;

/// <summary>The agent's policy does not know the asset (HTTP 404).</summary>
public sealed class AssetNotInPolicyException : AssetStatusException
{
    internal AssetNotInPolicyException(string assetId)
        : base(
            assetId,
            status: null,
            $"asset \"{assetId}\" is not in the agent's policy",
            cause: null,
            "add it to the policy, or correct the asset id"
        ) { }

    /// <inheritdoc />
    public override string ErrorName => "VerifyStatusUnknownAssetError";

    /// <inheritdoc />
    public override int ExitCode => 2;
}
