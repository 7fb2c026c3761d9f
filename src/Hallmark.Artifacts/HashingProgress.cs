namespace Hallmark.Artifacts;

/// <summary>How far hashing has come.</summary>
/// <param name="BytesDone">Bytes hashed so far; never falls.</param>
/// <param name="BytesTotal">Bytes to hash in all; null where the end is not known (a stream).</param>
/// <param name="CurrentFile">The file that the last bytes belong to, relative to the folder, with <c>/</c>.</param>
public readonly record struct HashingProgress(long BytesDone, long? BytesTotal, string CurrentFile);
