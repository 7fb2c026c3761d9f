namespace Hallmark.Inference.Status;

/// <summary>The agent cannot tell.</summary>
public sealed class AssetUnknownException : AssetStatusException
{
    internal AssetUnknownException(AssetStatus status)
        : base(
            status.AssetId,
            status,
            $"agent {status.AgentId} cannot tell how asset \"{status.AssetId}\" stands",
            cause: null,
            "see the agent's log"
        ) { }

    /// <inheritdoc />
    public override string ErrorName => "AssetUnknownError";

    /// <inheritdoc />
    public override int ExitCode => 3;
}
