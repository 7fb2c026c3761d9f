namespace Hallmark.Inference.Status;

/// <summary>What the monitoring agent found when it last looked at an asset (mlflow-events.md §14.2). The default is not a pass.</summary>
public enum AssetOutcome
{
    /// <summary>The agent cannot tell, or said something that this version does not know.</summary>
    Unknown = 0,

    /// <summary>The asset is as it was registered.</summary>
    Verified,

    /// <summary>The asset was changed.</summary>
    Tampered,

    /// <summary>The asset is gone.</summary>
    Missing,

    /// <summary>The asset could not be read.</summary>
    Unavailable,
}
