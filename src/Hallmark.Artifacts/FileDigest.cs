using Hallmark.Core.Digests;

namespace Hallmark.Artifacts;

/// <summary>One file's digest.</summary>
/// <param name="Path">The path relative to the folder, segments joined with <c>/</c> on every platform, names as the file system gives them.</param>
/// <param name="Size">The file's length in bytes.</param>
/// <param name="Digest">The digest of its content.</param>
public sealed record FileDigest(string Path, long Size, Digest Digest);
