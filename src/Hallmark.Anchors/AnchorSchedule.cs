namespace Hallmark.Anchors;

/// <summary>How often an anchor gets a checkpoint.</summary>
/// <param name="Every">At most one checkpoint in this time, always the newest; zero for every checkpoint.</param>
/// <param name="FindNewestSize">The size of the ledger's newest checkpoint, or null where there is none.</param>
public sealed record AnchorSchedule(TimeSpan Every, Func<long?> FindNewestSize)
{
    /// <summary>Every checkpoint.</summary>
    public static AnchorSchedule EveryCheckpoint { get; } = new(TimeSpan.Zero, () => null);
}
