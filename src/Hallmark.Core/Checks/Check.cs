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

    /// <summary>A check that passed.</summary>
    public static Check Passed(string name, string detail) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.Passed,
            Detail = detail,
        };

    /// <summary>A check that failed, by a stable code and in words.</summary>
    public static Check Failed(string name, string reason, string detail) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.Failed,
            Reason = reason,
            Detail = detail,
        };

    /// <summary>A check that did not run, and without which nothing passes.</summary>
    public static Check NotRun(string name, string reason, string detail) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.NotRun,
            Reason = reason,
            Detail = detail,
        };

    /// <summary>A check that did not run, and that nothing hangs on.</summary>
    public static Check Skipped(string name, string reason, string detail) => NotRun(name, reason, detail) with { IsRequired = false };

    /// <summary>A check that could not run because something did not answer: nothing is decided without it.</summary>
    public static Check Unreachable(string name, string reason, string detail) => NotRun(name, reason, detail) with { IsOutOfReach = true };
}
