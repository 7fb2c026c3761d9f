namespace Hallmark.Mlflow.Stores;

/// <summary>An experiment.</summary>
/// <param name="Id">Its id; digits, but a string.</param>
/// <param name="Name">Its name.</param>
/// <param name="ArtifactLocation">Root URI of its artifacts, as stored.</param>
/// <param name="LifecycleStage"><c>active</c> or <c>deleted</c>.</param>
/// <param name="Tags">Its tags.</param>
public sealed record Experiment(
    string Id,
    string Name,
    string ArtifactLocation,
    string LifecycleStage,
    IReadOnlyDictionary<string, string> Tags
);
