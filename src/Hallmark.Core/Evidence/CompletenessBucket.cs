namespace Hallmark.Core.Evidence;

/// <summary>Where an event stands when a bundle is reconciled with a chain (envelope family §17). The first is the most severe; the default is not a pass.</summary>
public enum CompletenessBucket
{
    /// <summary>In both, but it does not verify.</summary>
    Refuted = 0,

    /// <summary>Only on the chain: the bundle keeps it back.</summary>
    Missing,

    /// <summary>Only in the bundle: nobody outside has seen it.</summary>
    Unnotarized,

    /// <summary>In both, and it verifies.</summary>
    Verified,
}
