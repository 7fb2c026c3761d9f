using System.Collections.Immutable;
using Hallmark.Core.Anchoring;

namespace Hallmark.Core.Checks;

/// <summary>All checks on one subject together, with what they do not prove.</summary>
/// <param name="Subject">What was verified, in one line.</param>
/// <param name="Checks">Every check, in the order asked.</param>
public sealed record Verdict(string Subject, ImmutableArray<Check> Checks)
{
    /// <summary>Remarks that a reader must see beside the verdict, such as that a digest covers a sample only.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Who else saw it, each with its own checks; empty where nobody did or nobody was asked.</summary>
    public ImmutableArray<Witness> Witnesses { get; init; } = [];

    /// <summary>How many witnesses outside the owner's control there are whose proof is there and was checked.</summary>
    public int OutsideWitnessCount => Witnesses.Count(witness => witness is { IsOutside: true, Holds: true });

    /// <summary>
    /// <see cref="VerdictStatus.Failed"/> where any check failed; <see cref="VerdictStatus.Verified"/> only where at least one check is required and every
    /// required check passed; else <see cref="VerdictStatus.Incomplete"/>.
    /// </summary>
    public VerdictStatus Status =>
        Checks.Any(check => check.Outcome is CheckOutcome.Failed) ? VerdictStatus.Failed
        : Checks.Any(check => check.IsRequired) && Checks.All(check => !check.IsRequired || check.Outcome is CheckOutcome.Passed)
            ? VerdictStatus.Verified
        : VerdictStatus.Incomplete;

    /// <summary>0 verified, 1 failed, 3 could not tell.</summary>
    public int ExitCode =>
        Status switch
        {
            VerdictStatus.Verified => 0,
            VerdictStatus.Failed => 1,
            _ => 3,
        };
}
