using System.Security.Cryptography;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Merkle;

/// <summary>The two hash functions of a Merkle tree. RFC 9162 §2.1.1 (as RFC 6962 §2.1) with SHA-256: leaves are prefixed with 0x00, nodes with 0x01.</summary>
public static class MerkleHash
{
    private const int LongestShortLeaf = 118;
    private const int LongestCopiedLeaf = 1_023;

    /// <summary>The hash of a leaf: SHA-256(0x00 ‖ entry). An empty entry is a valid leaf.</summary>
    /// <param name="entry">The entry, of any length.</param>
    public static TreeHash Leaf(ReadOnlySpan<byte> entry)
    {
        TreeHash hash = default;
        var destination = TreeHash.WritableBytes(ref hash);
        if (entry.Length <= LongestShortLeaf)
        {
            Span<byte> buffer = stackalloc byte[128];
            buffer[0] = 0x00;
            entry.CopyTo(buffer[1..]);
            Sha256Compression.HashShort(buffer, entry.Length + 1, destination);
            return hash;
        }

        if (entry.Length <= LongestCopiedLeaf)
        {
            Span<byte> prefixed = stackalloc byte[LongestCopiedLeaf + 1];
            prefixed[0] = 0x00;
            entry.CopyTo(prefixed[1..]);
            Sha256Compression.Hash(prefixed[..(entry.Length + 1)], destination);
            return hash;
        }

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([0x00]);
        sha.AppendData(entry);
        sha.GetHashAndReset(destination);
        return hash;
    }

    /// <summary>The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).</summary>
    /// <param name="left">The left child.</param>
    /// <param name="right">The right child.</param>
    public static TreeHash Node(in TreeHash left, in TreeHash right)
    {
        TreeHash hash = default;
        Span<byte> buffer = stackalloc byte[128];
        buffer[0] = 0x01;
        left.Bytes.CopyTo(buffer[1..]);
        right.Bytes.CopyTo(buffer[(1 + TreeHash.SizeInBytes)..]);
        Sha256Compression.HashShort(buffer, 1 + (2 * TreeHash.SizeInBytes), TreeHash.WritableBytes(ref hash));
        return hash;
    }
}
