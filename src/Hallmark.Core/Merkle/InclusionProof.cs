using System.Collections.Immutable;

namespace Hallmark.Core.Merkle;

/// <summary>Shows that a leaf is in a tree. The size is part of the claim: take it from signed data, not from whoever sent the proof.</summary>
/// <remarks>RFC 9162 §2.1.3. Compared by reference of its path; not meant to be compared.</remarks>
/// <param name="Index">Where the leaf stands, counted from 0.</param>
/// <param name="TreeSize">How many leaves the tree has.</param>
/// <param name="Path">The sibling hashes, leaf side first.</param>
public sealed record InclusionProof(ulong Index, ulong TreeSize, ImmutableArray<TreeHash> Path)
{
    /// <summary>True where the proof leads from this leaf to this root.</summary>
    public bool Verifies(TreeHash leaf, TreeHash root) => TryFindRoot(leaf, out var found) && found == root;

    /// <summary>Finds the root this proof leads to. RFC 9162 §2.1.3.2.</summary>
    /// <param name="leaf">The leaf's hash.</param>
    /// <param name="root">Receives the root; zero on a false result.</param>
    /// <returns>False where the index is not in the tree, or the path is longer or shorter than this index and size allow.</returns>
    public bool TryFindRoot(TreeHash leaf, out TreeHash root)
    {
        root = default;
        if (Index >= TreeSize || Path.IsDefault)
        {
            return false;
        }

        var node = Index;
        var last = TreeSize - 1;
        var hash = leaf;
        foreach (var sibling in Path)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleHash.Node(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = MerkleHash.Node(hash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        if (last != 0)
        {
            return false;
        }

        root = hash;
        return true;
    }
}
