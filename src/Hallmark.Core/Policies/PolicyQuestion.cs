using Hallmark.Core.Anchoring;

namespace Hallmark.Core.Policies;

/// <summary>What a policy is judged by, and what was found of each term.</summary>
/// <param name="witnesses">The witnesses there are.</param>
/// <param name="signedAt">When the event says it was signed; null where that is not known.</param>
internal sealed class PolicyQuestion(IReadOnlyList<Witness> witnesses, DateTimeOffset? signedAt)
{
    private readonly List<string> _findings = [];

    /// <summary>The witnesses there are.</summary>
    public IReadOnlyList<Witness> Witnesses => witnesses;

    /// <summary>When the event says it was signed; or null.</summary>
    public DateTimeOffset? SignedAt => signedAt;

    /// <summary>What was found of each term, in the order of the policy.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>Keeps what was found of a term.</summary>
    public void Note(string finding) => _findings.Add(finding);
}
