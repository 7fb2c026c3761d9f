namespace Hallmark.Core.Policies;

/// <summary>A part of a policy.</summary>
internal abstract class PolicyClause
{
    /// <summary>What comes of it; every term asked on the way leaves its finding.</summary>
    public abstract PolicyAnswer Judge(PolicyQuestion question);

    /// <summary>As text that reads back to the same clause.</summary>
    public abstract override string ToString();
}
