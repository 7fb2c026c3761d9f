namespace Hallmark.Mlflow.Events;

/// <summary>What is recorded of a model version's registration (mlflow-events.md §5).</summary>
/// <param name="ModelName">The registered model.</param>
/// <param name="ModelVersion">The version, a string.</param>
/// <param name="SourceRunId">The run it came from, or null.</param>
/// <param name="Source">The source as it was passed, or null.</param>
/// <param name="ArtifactVerified">True or false where the artifacts could be compared with the training's, else null.</param>
/// <param name="ArtifactHash">The training's artifact hash, or null.</param>
public sealed record RegistrationFacts(
    string ModelName,
    string ModelVersion,
    string? SourceRunId,
    string? Source,
    bool? ArtifactVerified,
    string? ArtifactHash
);
