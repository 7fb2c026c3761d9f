using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Tests;

/// <summary>RFC 9162 §2.1.1 word for word: the hash of a list, split at the largest power of two below its length. Slow, and nothing shared with what it checks.</summary>
internal static class NaiveTree
{
    public static TreeHash Root(ReadOnlySpan<TreeHash> leaves)
    {
        if (leaves.Length <= 1)
        {
            return leaves.IsEmpty ? TreeHash.OfEmptyTree : leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return MerkleHash.Node(Root(leaves[..split]), Root(leaves[split..]));
    }
}
