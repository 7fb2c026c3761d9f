namespace Hallmark.Inference.Status;

/// <summary>The gate's question to the monitoring agent did not end well (mlflow-events.md §14.3).</summary>
public abstract class AssetStatusException : AssetVerificationException
{
    /// <param name="assetId">The asset that was asked about.</param>
    /// <param name="status">The agent's answer, or null where there was none.</param>
    /// <param name="message">What happened, without secrets.</param>
    /// <param name="cause">What lies beneath, or null.</param>
    /// <param name="hints">What to do next.</param>
    private protected AssetStatusException(string assetId, AssetStatus? status, string message, Exception? cause, params string[] hints)
        : base(message, cause, hints)
    {
        AssetId = assetId;
        Status = status;
    }

    /// <summary>The asset that was asked about.</summary>
    public string AssetId { get; }

    /// <summary>The agent's answer, or null where there was none.</summary>
    public AssetStatus? Status { get; }
}
