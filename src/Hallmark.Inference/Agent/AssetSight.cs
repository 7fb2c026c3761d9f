namespace Hallmark.Inference.Agent;

/// <summary>What one look at an asset found: a hash, or why there is none.</summary>
/// <param name="Hash">The hash, 64 lower-case hex digits; null where the asset could not be read as one state of it.</param>
/// <param name="SizeInBytes">How large it is; 0 where there is no hash.</param>
/// <param name="IsAbsent">True where nothing is there, or something of another kind.</param>
/// <param name="Remark">Why there is no hash, in one sentence; else null.</param>
internal sealed record AssetSight(string? Hash, long SizeInBytes, bool IsAbsent, string? Remark);
