namespace Hallmark.Inference.Status;

/// <summary>The agent looked too long ago, or could not look.</summary>
public sealed class AssetStaleException : AssetStatusException
{
    internal AssetStaleException(AssetStatus status)
        : base(
            status.AssetId,
            status,
            $"asset \"{status.AssetId}\" was last verified {status.LastVerifiedAt ?? "never"}, too long ago ({status.Outcome})",
            cause: null,
            "see whether the agent runs and can read the asset"
        ) { }

    /// <inheritdoc />
    public override string ErrorName => "AssetStaleError";

    /// <inheritdoc />
    public override int ExitCode => 3;
}
