namespace Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;

/// <summary>The block that holds a transaction with 32 bytes in it.</summary>
/// <param name="Prefix">The transaction's bytes before them.</param>
/// <param name="Suffix">The transaction's bytes after them.</param>
/// <param name="TransactionIds">All of the block, as they stand in it.</param>
/// <param name="Index">Which one is ours.</param>
/// <param name="Height">The block's.</param>
internal sealed record AttestingBlock(byte[] Prefix, byte[] Suffix, IReadOnlyList<byte[]> TransactionIds, int Index, long Height);
