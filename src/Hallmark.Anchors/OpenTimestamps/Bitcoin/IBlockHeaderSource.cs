namespace Hallmark.Anchors.OpenTimestamps.Bitcoin;

/// <summary>Somebody who knows the chain. What it says is the trust on which a verified time rests.</summary>
public interface IBlockHeaderSource
{
    /// <summary>Which chain it follows.</summary>
    BitcoinNetwork Network { get; }

    /// <summary>Who it is and what must be trusted, in words: <c>your node at 127.0.0.1:8332</c>.</summary>
    string Description { get; }

    /// <summary>Finds the header of the block at a height of the best chain.</summary>
    /// <returns>The header, with its work checked; null where the chain is not that long, or the header is not in the file.</returns>
    /// <exception cref="AnchorUnavailableException">It does not answer, follows another chain, or answers with something that is no header.</exception>
    Task<FoundHeader?> FindAsync(long height, CancellationToken cancellationToken);
}
