namespace Hallmark.Mlflow.Events;

/// <summary>How the registration of a model version is recorded.</summary>
public sealed record RegistrationOptions : RecordOptions
{
    /// <summary>True to record a version whose artifacts are not those of the training record. The record says so, and verification fails.</summary>
    public bool AllowMismatchedArtifacts { get; init; }
}
