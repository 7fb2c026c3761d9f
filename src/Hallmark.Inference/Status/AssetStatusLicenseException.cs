namespace Hallmark.Inference.Status;

/// <summary>The agent's licence does not cover enforcement (HTTP 503).</summary>
public sealed class AssetStatusLicenseException : AssetStatusTransportException
{
    internal AssetStatusLicenseException(string assetId, string? upgradeUrl)
        : base(
            assetId,
            "the agent's licence does not cover enforcement",
            cause: null,
            upgradeUrl is null ? "ask the agent's operator" : $"the agent names {upgradeUrl}"
        ) => UpgradeUrl = upgradeUrl;

    /// <summary>Where the agent says that a licence is to be had; from outside, never followed by us. Or null.</summary>
    public string? UpgradeUrl { get; }

    /// <inheritdoc />
    public override string ErrorName => "VerifyStatusLicenseError";
}
