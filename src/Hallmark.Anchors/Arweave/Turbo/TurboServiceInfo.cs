namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>What an upload service says of itself.</summary>
/// <param name="BundlerAddress">The address of the key that signs its receipts, 43 characters; to be pinned in the settings.</param>
/// <param name="FreeUploadLimitBytes">Items up to this size cost nothing; 0 where it does not say.</param>
/// <param name="ReceiptVersion">The version of its receipts, or null.</param>
public sealed record TurboServiceInfo(string BundlerAddress, long FreeUploadLimitBytes, string? ReceiptVersion);
