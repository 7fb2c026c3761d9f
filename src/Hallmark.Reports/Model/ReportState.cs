namespace Hallmark.Reports.Model;

/// <summary>The words of a proof page's banner. The default is not a good one.</summary>
public enum ReportState
{
    /// <summary>Something needed was out of reach or did not run.</summary>
    Incomplete = 0,

    /// <summary>A check failed.</summary>
    Failed,

    /// <summary>Every required check passed.</summary>
    Verified,

    /// <summary>Signed and logged here; nothing was checked on this page.</summary>
    Recorded,
}
