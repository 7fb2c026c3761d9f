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
        required == clauses.Length ? Join(" and ")
        : required == 1 ? Join(" or ")
        : $"{required} of ({string.Join(", ", clauses)})";

    private string Join(string word) =>
        string.Join(word, clauses.Select(clause => clause is PolicyQuorum { IsJoined: true } ? $"({clause})" : clause.ToString()));

    private bool IsJoined => required == clauses.Length || required == 1;
}
