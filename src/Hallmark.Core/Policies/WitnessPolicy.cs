using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Core.Policies;

/// <summary>
/// Which witnesses must vouch for an event before it is believed, as text: <c>require 2 of (arweave, ots, tsa)</c>,
/// <c>arweave level&gt;=2 and any(ots confirmations&gt;=6, tsa within 1h)</c>. The language stands in docs/formats/witness-policy.md.
/// </summary>
public sealed class WitnessPolicy
{
    /// <summary>Longest text that is read, in characters. What 64 clauses are written as is shorter, whatever stands in them.</summary>
    public const int MaxLength = 16_384;

    /// <summary>The name of the check that a policy gives.</summary>
    public const string CheckName = "witness_policy";

    private readonly PolicyClause _clause;

    private WitnessPolicy(PolicyClause clause) => _clause = clause;

    /// <summary>Reads a policy.</summary>
    /// <exception cref="PolicyFormatException">The text is no policy: longer than <see cref="MaxLength"/>, more than 16 brackets deep, of more than 64 clauses, or not of the language.</exception>
    public static WitnessPolicy Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= MaxLength
            ? new WitnessPolicy(new PolicyParser(text).Read())
            : throw new PolicyFormatException(text, MaxLength + 1, $"longer than {MaxLength} characters");
    }

    /// <summary>Asks the policy of witnesses that were checked before.</summary>
    /// <remarks>
    /// A witness that is refuted or rejected never counts. One that is pending, or whose own required checks did not run, leaves the answer open where the policy could
    /// still be met by it: the check then did not run (reason <c>witnesses_pending</c>), instead of having failed (<c>witnesses_missing</c>).
    /// </remarks>
    /// <param name="witnesses">What the receipts showed.</param>
    /// <param name="signedAt">When the event says it was signed, for <c>within</c>; null where that is not known, and then such a term stays open.</param>
    public Check Evaluate(IReadOnlyList<Witness> witnesses, DateTimeOffset? signedAt = null)
    {
        ArgumentNullException.ThrowIfNull(witnesses);
        var question = new PolicyQuestion(witnesses, signedAt);
        var answer = _clause.Judge(question);
        return new Check
        {
            Name = CheckName,
            Outcome = answer switch
            {
                PolicyAnswer.Met => CheckOutcome.Passed,
                PolicyAnswer.Open => CheckOutcome.NotRun,
                _ => CheckOutcome.Failed,
            },
            IsOutOfReach = answer is PolicyAnswer.Open,
            Reason = answer switch
            {
                PolicyAnswer.Met => null,
                PolicyAnswer.Open => "witnesses_pending",
                _ => "witnesses_missing",
            },
            Detail = $"require {_clause} ({string.Join("; ", question.Findings)})",
        };
    }

    /// <summary>The policy as text that reads back to the same policy.</summary>
    public override string ToString() => $"require {_clause}";
}
