namespace Hallmark.Core.Checks;

/// <summary>All checks together. The default is not a pass.</summary>
public enum VerdictStatus
{
    /// <summary>Something needed was out of reach or did not run (exit code 3): neither green nor red.</summary>
    Incomplete = 0,

    /// <summary>A check ran and failed (exit code 1).</summary>
    Failed,

    /// <summary>Every required check ran and passed (exit code 0).</summary>
    Verified,
}
