using System.Collections.Immutable;
using Hallmark.Core.Checks;

namespace Hallmark.Core.Anchoring;

/// <summary>What a receipt shows, after it was checked: the state that the checks bear out, the earliest time it proves, and whom one must trust for that.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record Witness
{
    /// <summary>The anchor's name.</summary>
    public required string Anchor { get; init; }

    /// <summary>The kind of world, as in the receipt.</summary>
    public required string World { get; init; }

    /// <summary>Which of that kind.</summary>
    public required string Network { get; init; }

    /// <summary>What was handed over.</summary>
    public required AnchorTarget Target { get; init; }

    /// <summary>The state as far as the checks bear it out; never more than the receipt claims.</summary>
    public required ReceiptState State { get; init; }

    /// <summary>True where the place is outside the control of whoever holds the ledger.</summary>
    public required bool IsOutside { get; init; }

    /// <summary>What was asked of the receipt, and the answers. A failed check makes the witness worthless, whatever the state says.</summary>
    public required ImmutableArray<Check> Checks { get; init; }

    /// <summary>The content existed before this time, as far as the checks prove it; or null.</summary>
    public DateTimeOffset? ExistedBefore { get; init; }

    /// <summary>What proves that time: <c>Bitcoin block 358391</c>, <c>the bundler's signed receipt</c>; or null.</summary>
    public string? By { get; init; }

    /// <summary>Whom or what one must trust for it, in words.</summary>
    public required string Trust { get; init; }

    /// <summary>Where it lies there; or null.</summary>
    public string? Reference { get; init; }

    /// <summary>How many blocks stand on it, itself included; or null.</summary>
    public long? Depth { get; init; }

    /// <summary>The level of an ar.io Verify attestation, 1 to 3; or null.</summary>
    public int? Level { get; init; }

    /// <summary>When the next state is expected; or null.</summary>
    public DateTimeOffset? ExpectedAt { get; init; }

    /// <summary>A remark for people; or null.</summary>
    public string? Remark { get; init; }

    /// <summary>True where some check failed: the receipt does not bear out what it claims.</summary>
    public bool IsRefuted => Checks.Any(check => check.Outcome is CheckOutcome.Failed);

    /// <summary>True where the world's proof is there and every required check passed.</summary>
    public bool Holds =>
        State is ReceiptState.Confirmed or ReceiptState.Final
        && !IsRefuted
        && Checks.Any(check => check.IsRequired)
        && Checks.All(check => !check.IsRequired || check.Outcome is CheckOutcome.Passed);
}
