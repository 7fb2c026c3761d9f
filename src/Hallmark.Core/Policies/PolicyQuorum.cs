using System.Collections.Immutable;

namespace Hallmark.Core.Policies;

/// <summary>So many of these clauses: "and" is all of them, "or" is one of them.</summary>
/// <param name="required">How many; 1 to the number of clauses.</param>
/// <param name="clauses">Two or more.</param>
internal sealed class PolicyQuorum(int required, ImmutableArray<PolicyClause> clauses) : PolicyClause
{
    /// <inheritdoc />
    public override PolicyAnswer Judge(PolicyQuestion question)
    {
        // Every clause is asked, so that the finding of each is told.
        var answers = clauses.Select(clause => clause.Judge(question)).ToList();
        return answers.Count(answer => answer is PolicyAnswer.Met) >= required ? PolicyAnswer.Met
            : answers.Count(answer => answer is not PolicyAnswer.NotMet) >= required ? PolicyAnswer.Open
            : PolicyAnswer.NotMet;
    }

    /// <inheritdoc />
    public override string ToString() =>
        IsAll
            ? string.Join(" and ", clauses.Select(clause => clause is PolicyQuorum { IsJoined: true } ? $"({clause})" : clause.ToString()))
        : IsAny ? string.Join(" or ", clauses.Select(clause => clause is PolicyQuorum { IsAny: true } ? $"({clause})" : clause.ToString()))
        : $"{required} of ({string.Join(", ", clauses)})";

    private bool IsAll => required == clauses.Length;

    private bool IsAny => required == 1;

    // No bracket is written that need not be read: brackets are counted, and what was within the bounds must stay within them.
    private bool IsJoined => IsAll || IsAny;
}
