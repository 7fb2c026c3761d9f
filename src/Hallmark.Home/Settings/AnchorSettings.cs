using Hallmark.Core.Anchoring;

namespace Hallmark.Home.Settings;

/// <summary>One anchor of the settings; each kind of world adds its own.</summary>
public abstract record AnchorSettings
{
    /// <summary>Unique; letters, digits, <c>-</c> and <c>_</c>, at most 64. Receipts are kept under it.</summary>
    public required string Name { get; init; }

    /// <summary>The member <c>type</c>.</summary>
    public abstract string Type { get; }

    /// <summary>What it takes: each envelope by itself, or the ledger's checkpoints.</summary>
    public AnchorTarget Target { get; init; } = AnchorTarget.Checkpoint;

    /// <summary>At most one checkpoint in this time, always the newest; zero for every checkpoint. Of no use for envelopes.</summary>
    public TimeSpan Every { get; init; }
}
