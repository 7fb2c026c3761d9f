namespace Hallmark.Core.Merkle;

/// <summary>A Merkle tree in memory with the hashes of all its perfect subtrees: about 64 bytes a leaf. Append-only; not safe for several writers at once.</summary>
public sealed class MerkleTree : ISubtreeReader
{
    private readonly CompactRange _range = new();
    private readonly List<List<TreeHash>> _levels = [];
    private readonly Action<SubtreeCoordinate, TreeHash> _keep;

    /// <summary>The tree without leaves.</summary>
    public MerkleTree() => _keep = Keep;

    /// <summary>How many leaves the tree has.</summary>
    public ulong Size => _range.Size;

    /// <summary>The root of the whole tree.</summary>
    public TreeHash Root => _range.Root;

    /// <summary>Adds an entry: hashes it as a leaf.</summary>
    public void AppendEntry(ReadOnlySpan<byte> entry) => AppendLeaf(MerkleHash.Leaf(entry));

    /// <summary>Adds a leaf's hash.</summary>
    public void AppendLeaf(TreeHash leaf) => _range.Append(leaf, _keep);

    /// <summary>The proof that a leaf is in the tree.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the size.</exception>
    public InclusionProof ProveInclusion(ulong index) => new MerkleTreeReader(this).ReadInclusionProof(index, Size);

    /// <summary>The proof that an earlier state of this tree is its beginning.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The old size is 0 or above the size.</exception>
    public ConsistencyProof ProveConsistency(ulong oldSize) => new MerkleTreeReader(this).ReadConsistencyProof(oldSize, Size);

    /// <inheritdoc />
    public TreeHash Read(SubtreeCoordinate coordinate) => _levels[coordinate.Height][checked((int)coordinate.Index)];

    private void Keep(SubtreeCoordinate coordinate, TreeHash hash)
    {
        if (coordinate.Height == _levels.Count)
        {
            _levels.Add([]);
        }

        _levels[coordinate.Height].Add(hash);
    }
}
