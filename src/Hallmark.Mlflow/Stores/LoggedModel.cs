namespace Hallmark.Mlflow.Stores;

/// <summary>An MLflow 3 logged model.</summary>
public sealed record LoggedModel
{
    /// <summary><c>m-</c> and 32 hex digits.</summary>
    public required string ModelId { get; init; }

    /// <summary>The experiment's id.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>The model's name: the first segment of a run-relative path to it.</summary>
    public required string Name { get; init; }

    /// <summary>The run that made it, or null.</summary>
    public string? SourceRunId { get; init; }

    /// <summary>Root URI of its files, as stored (before relocation).</summary>
    public required string ArtifactUri { get; init; }

    /// <summary><c>LOGGED_MODEL_PENDING</c>, <c>LOGGED_MODEL_READY</c> or <c>LOGGED_MODEL_UPLOAD_FAILED</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>The model's type, or empty.</summary>
    public string ModelType { get; init; } = "";

    /// <summary>Parameters.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
