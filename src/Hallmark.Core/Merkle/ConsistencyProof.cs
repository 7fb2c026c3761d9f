using System.Collections.Immutable;
using System.Numerics;

namespace Hallmark.Core.Merkle;

/// <summary>Shows that an earlier tree is the beginning of a later one: nothing was changed, removed or inserted.</summary>
/// <remarks>RFC 9162 §2.1.4. Compared by reference of its path; not meant to be compared.</remarks>
/// <param name="OldSize">How many leaves the earlier tree has; from 0 nothing can be proven.</param>
/// <param name="NewSize">How many leaves the later tree has.</param>
/// <param name="Path">The hashes, as RFC 9162 orders them.</param>
public sealed record ConsistencyProof(ulong OldSize, ulong NewSize, ImmutableArray<TreeHash> Path)
{
    /// <summary>True where the proof binds the two roots. RFC 9162 §2.1.4.2.</summary>
    public bool Verifies(TreeHash oldRoot, TreeHash newRoot)
    {
        if (OldSize == 0 || OldSize > NewSize || Path.IsDefault)
        {
            return false;
        }

        if (OldSize == NewSize)
        {
            return Path.IsEmpty && oldRoot == newRoot;
        }

        if (Path.IsEmpty)
        {
            return false;
        }

        // Where the old tree is perfect its root is not in the proof: it is the first hash.
        var isPerfect = BitOperations.IsPow2(OldSize);
        var rest = isPerfect ? Path.AsSpan() : Path.AsSpan()[1..];
        var node = OldSize - 1;
        var last = NewSize - 1;
        while ((node & 1) == 1)
        {
            node >>= 1;
            last >>= 1;
        }

        var foundOld = isPerfect ? oldRoot : Path[0];
        var foundNew = foundOld;
        foreach (var hash in rest)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                foundOld = MerkleHash.Node(hash, foundOld);
                foundNew = MerkleHash.Node(hash, foundNew);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                foundNew = MerkleHash.Node(foundNew, hash);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && foundOld == oldRoot && foundNew == newRoot;
    }
}
