namespace Hallmark.Inference.Status;

/// <summary>The agent refused the secret (HTTP 401).</summary>
public sealed class AssetStatusAuthException : AssetStatusException
{
    internal AssetStatusAuthException(string assetId)
        : base(
            assetId,
            status: null,
            "the agent refused the management secret",
            cause: null,
            "it is in the agent's state folder, file management-secret, or in ARIO_AGENT_MANAGEMENT_SECRET"
        ) { }

    /// <inheritdoc />
    public override string ErrorName => "VerifyStatusAuthError";

    /// <inheritdoc />
    public override int ExitCode => 3;
}
