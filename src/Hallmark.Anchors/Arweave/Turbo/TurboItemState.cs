namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>How far the bundler has brought an item, by its own word.</summary>
public enum TurboItemState
{
    /// <summary>It says something that this program does not know.</summary>
    Unknown = 0,

    /// <summary>Accepted.</summary>
    Confirmed,

    /// <summary>In a bundle with at least 18 confirmations.</summary>
    Finalized,

    /// <summary>It will not come on chain, for the reason that is given.</summary>
    Failed,
}
