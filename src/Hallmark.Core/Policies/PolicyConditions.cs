using System.Globalization;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Core.Policies;

/// <summary>What a term asks of a witness beyond its name.</summary>
internal sealed record PolicyConditions
{
    /// <summary>The least state; <see cref="ReceiptState.Confirmed"/> where the text names none.</summary>
    public ReceiptState? LeastState { get; init; }

    /// <summary>The least level of an ar.io Verify attestation, 1 to 3; or null.</summary>
    public int? LeastLevel { get; init; }

    /// <summary>The fewest blocks, the witness's own included; or null.</summary>
    public int? FewestConfirmations { get; init; }

    /// <summary>How long after the event was signed the time proven may lie; or null.</summary>
    public PolicyDuration? Within { get; init; }

    /// <summary>What comes of these conditions for a witness. A witness that is refuted or rejected never counts.</summary>
    public PolicyAnswer Judge(Witness witness, DateTimeOffset? signedAt)
    {
        if (witness.IsRefuted || witness.State is ReceiptState.Rejected)
        {
            return PolicyAnswer.NotMet;
        }

        var isProven =
            witness.Checks.Any(check => check.IsRequired)
            && witness.Checks.All(check => !check.IsRequired || check.Outcome is CheckOutcome.Passed);
        var isComplete = isProven && witness.State is ReceiptState.Final;
        var state = isProven && witness.State >= (LeastState ?? ReceiptState.Confirmed) ? PolicyAnswer.Met : PolicyAnswer.Open;
        return (PolicyAnswer)
            Math.Min(
                Math.Min((int)state, (int)JudgeLevel(witness, isComplete)),
                Math.Min((int)JudgeDepth(witness), (int)JudgeTime(witness, isComplete, signedAt))
            );
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var state = LeastState is { } least ? $" state>={AnchorReceiptJson.NameOf(least)}" : "";
        var level = LeastLevel is { } number ? string.Create(CultureInfo.InvariantCulture, $" level>={number}") : "";
        var depth = FewestConfirmations is { } blocks ? string.Create(CultureInfo.InvariantCulture, $" confirmations>={blocks}") : "";
        return $"{state}{level}{depth}{(Within is { } within ? $" within {within}" : "")}";
    }

    private PolicyAnswer JudgeLevel(Witness witness, bool isComplete) =>
        LeastLevel is not { } least || witness.Level >= least ? PolicyAnswer.Met
        : isComplete ? PolicyAnswer.NotMet
        : PolicyAnswer.Open;

    /// <summary>A chain only grows: too few blocks, or a depth that nobody asked for, can still become enough.</summary>
    private PolicyAnswer JudgeDepth(Witness witness) =>
        FewestConfirmations is not { } fewest || witness.Depth >= fewest ? PolicyAnswer.Met : PolicyAnswer.Open;

    private PolicyAnswer JudgeTime(Witness witness, bool isComplete, DateTimeOffset? signedAt)
    {
        if (Within is not { } within)
        {
            return PolicyAnswer.Met;
        }

        if (witness.ExistedBefore is not { } existed)
        {
            return isComplete ? PolicyAnswer.NotMet : PolicyAnswer.Open;
        }

        // A difference of two times cannot leave the range of time as their sum could.
        return signedAt is not { } signed ? PolicyAnswer.Open
            : existed - signed <= within.Length ? PolicyAnswer.Met
            : PolicyAnswer.NotMet;
    }
}
