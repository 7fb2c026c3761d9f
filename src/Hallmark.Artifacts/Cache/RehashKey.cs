using Hallmark.Core.Digests;

namespace Hallmark.Artifacts.Cache;

/// <summary>What a cached digest is found by: a file's name and the function.</summary>
/// <param name="Path">The absolute path it was opened by.</param>
/// <param name="Algorithm">The hash function.</param>
internal readonly record struct RehashKey(string Path, DigestAlgorithm Algorithm);
