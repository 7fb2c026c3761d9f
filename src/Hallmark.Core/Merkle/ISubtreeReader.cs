namespace Hallmark.Core.Merkle;

/// <summary>Where the hashes of perfect subtrees come from: memory, tiles, a database.</summary>
public interface ISubtreeReader
{
    /// <summary>The hash of a perfect subtree that lies wholly inside the tree.</summary>
    TreeHash Read(SubtreeCoordinate coordinate);
}
