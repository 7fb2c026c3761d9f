namespace Hallmark.Inference.Agent;

/// <summary>What <see cref="AssetAcceptance"/> did.</summary>
/// <param name="PreviousHash">The baseline before; null where there was none that can be read.</param>
/// <param name="Hash">The baseline now.</param>
/// <param name="SizeInBytes">How large the asset is.</param>
public sealed record AcceptedAsset(string? PreviousHash, string Hash, long SizeInBytes);
