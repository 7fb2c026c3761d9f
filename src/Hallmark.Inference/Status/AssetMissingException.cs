namespace Hallmark.Inference.Status;

/// <summary>The agent found the asset gone.</summary>
public sealed class AssetMissingException : AssetStatusException
{
    internal AssetMissingException(AssetStatus status)
        : base(
            status.AssetId,
            status,
            $"asset \"{status.AssetId}\" is missing, says agent {status.AgentId}",
            cause: null,
            "deploy it again from what was registered"
        ) { }

    /// <inheritdoc />
    public override string ErrorName => "AssetMissingError";

    /// <inheritdoc />
    public override int ExitCode => 1;
}
