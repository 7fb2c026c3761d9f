using System.Collections.Immutable;

namespace Hallmark.Mlflow.Events;

/// <summary>A training event with its dataset events, sealed and not yet logged (mlflow-events.md §3.7).</summary>
/// <param name="RunId">The run.</param>
/// <param name="Event">The training event.</param>
/// <param name="Datasets">One dataset event for each input, in the order logged.</param>
/// <param name="Artifacts">The model's files.</param>
/// <param name="ArtifactPath">Where they are, relative to the run.</param>
/// <param name="RegisteredModel">The registered model that the run already has a version in, or null.</param>
public sealed record PreparedTraining(
    string RunId,
    PreparedEvent Event,
    ImmutableArray<PreparedEvent> Datasets,
    ArtifactSnapshot Artifacts,
    string ArtifactPath,
    string? RegisteredModel
);
