namespace Hallmark.Inference.Agent;

/// <summary>The content that an asset was registered with, as its <c>asset_registered</c> event says it.</summary>
/// <param name="Hash">64 lower-case hex digits.</param>
/// <param name="RegisteredAt">The event's <c>discovered_at</c>.</param>
/// <param name="TransactionId">The event's upload, or null where it has none (yet).</param>
internal sealed record AssetBaseline(string Hash, string RegisteredAt, string? TransactionId);
