namespace Hallmark.Inference.Status;

/// <summary>The agent did not answer, or answered something that is no status.</summary>
public class AssetStatusTransportException : AssetStatusException
{
    internal AssetStatusTransportException(string assetId, string message, Exception? cause = null, params string[] hints)
        : base(assetId, status: null, message, cause, hints) { }

    /// <inheritdoc />
    public override string ErrorName => "VerifyStatusTransportError";

    /// <inheritdoc />
    public override int ExitCode => 3;
}
