using System.Collections.Immutable;

namespace Hallmark.Core.Checks;

/// <summary>One question asked of the evidence, and its answer.</summary>
public sealed record Check
{
    /// <summary>Short and stable, snake_case: <c>signature</c>, <c>anchored_bytes</c>, <c>source_of_truth</c>, <c>artifacts</c>, <c>lineage</c> …</summary>
    public required string Name { get; init; }

    /// <summary>The answer.</summary>
    public required CheckOutcome Outcome { get; init; }

    /// <summary>True where a verdict cannot pass without this check.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>Why it failed or did not run, as a stable code such as <c>download_failed</c>; null for a plain pass or mismatch.</summary>
    public string? Reason { get; init; }

    /// <summary>The answer in words for a person: what was asked and what was found.</summary>
    public string? Detail { get; init; }

    /// <summary>What differs, where the check compared things.</summary>
    public ImmutableArray<Difference> Differences { get; init; } = [];

    /// <summary>True where the reason it did not run is that something was out of reach, so that the verdict is "could not tell" and not "failed".</summary>
    public bool IsOutOfReach { get; init; }
}
