using Hallmark.Inference.Status;

namespace Hallmark.Inference.Agent;

/// <summary>How an asset stands after the last look. The default is what nobody has looked at: unknown.</summary>
internal sealed record AssetState
{
    /// <summary>What the last look found.</summary>
    public AssetOutcome Outcome { get; init; }

    /// <summary>When the last look began that read the asset, whatever it found; null before.</summary>
    public ClockReading? ReadAt { get; init; }

    /// <summary>When the last look began that found it as registered; null before.</summary>
    public ClockReading? VerifiedAt { get; init; }

    /// <summary>What it is compared with; null before it was registered.</summary>
    public AssetBaseline? Baseline { get; init; }

    /// <summary>How many looks in a row did not get to read it.</summary>
    public int ConsecutiveUnavailable { get; init; }

    /// <summary>How many looks in a row found nothing there; one that could not be read ends the row.</summary>
    public int ConsecutiveAbsent { get; init; }

    /// <summary>Why it is not verified, in one sentence; else null.</summary>
    public string? Remark { get; init; }
}
