namespace Hallmark.Core.Policies;

/// <summary>What comes of a clause. In growing order: the least of several is what "and" makes of them, the greatest what "or" does.</summary>
internal enum PolicyAnswer
{
    /// <summary>Does not hold, and no waiting will change that.</summary>
    NotMet = 0,

    /// <summary>Does not hold yet, or cannot be told here: a pending witness, a check that did not run.</summary>
    Open,

    /// <summary>Holds.</summary>
    Met,
}
