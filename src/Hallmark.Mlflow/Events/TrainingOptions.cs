namespace Hallmark.Mlflow.Events;

/// <summary>How a training run is recorded.</summary>
public sealed record TrainingOptions : RecordOptions
{
    /// <summary>The run-relative path of the model, or null to find it (mlflow-events.md §3.2).</summary>
    public string? ArtifactPath { get; init; }

    /// <summary>True to record a run that has no dataset inputs: the proof then says nothing about what it was trained on.</summary>
    public bool AllowEmptyDatasetInputs { get; init; }
}
