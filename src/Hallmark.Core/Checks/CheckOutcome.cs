namespace Hallmark.Core.Checks;

/// <summary>What came of one check. The default is not a pass.</summary>
public enum CheckOutcome
{
    /// <summary>The check did not run; its reason says why. Never a pass.</summary>
    NotRun = 0,

    /// <summary>The check ran and the evidence does not bear the claim out.</summary>
    Failed,

    /// <summary>The check ran and the evidence bears the claim out.</summary>
    Passed,
}
