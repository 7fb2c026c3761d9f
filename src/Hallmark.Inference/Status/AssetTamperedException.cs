namespace Hallmark.Inference.Status;

/// <summary>The agent found the asset changed.</summary>
public sealed class AssetTamperedException : AssetStatusException
{
    internal AssetTamperedException(AssetStatus status)
        : base(
            status.AssetId,
            status,
            $"asset \"{status.AssetId}\" was changed after it was registered, says agent {status.AgentId}",
            cause: null,
            "treat it as an incident; what differs: hallmark verify model NAME/VERSION, or hallmark verify file PATH"
        ) { }

    /// <inheritdoc />
    public override string ErrorName => "AssetTamperedError";

    /// <inheritdoc />
    public override int ExitCode => 1;
}
