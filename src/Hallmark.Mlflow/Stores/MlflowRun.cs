namespace Hallmark.Mlflow.Stores;

/// <summary>A run as its store holds it.</summary>
public sealed record MlflowRun
{
    /// <summary>32 hex digits.</summary>
    public required string RunId { get; init; }

    /// <summary>The experiment's id.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>The run's name, or empty.</summary>
    public string RunName { get; init; } = "";

    /// <summary>Who ran it, or empty.</summary>
    public string UserId { get; init; } = "";

    /// <summary><c>RUNNING</c>, <c>SCHEDULED</c>, <c>FINISHED</c>, <c>FAILED</c> or <c>KILLED</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Milliseconds since 1970, or null.</summary>
    public long? StartTime { get; init; }

    /// <summary>Milliseconds since 1970, or null while it runs.</summary>
    public long? EndTime { get; init; }

    /// <summary>Root URI of the run's artifacts, as stored (before relocation).</summary>
    public required string ArtifactUri { get; init; }

    /// <summary><c>active</c> or <c>deleted</c>.</summary>
    public string LifecycleStage { get; init; } = "active";

    /// <summary>Parameters; values are strings, used as they are.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The latest point of each metric: greatest step, then timestamp, then value.</summary>
    public IReadOnlyDictionary<string, MetricPoint> Metrics { get; init; } = new Dictionary<string, MetricPoint>(StringComparer.Ordinal);

    /// <summary>Tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Dataset inputs, in the store's order.</summary>
    public IReadOnlyList<DatasetInput> DatasetInputs { get; init; } = [];

    /// <summary>MLflow 3: ids of the models that the run logged (outputs), in the store's order.</summary>
    public IReadOnlyList<ModelOutput> ModelOutputs { get; init; } = [];

    /// <summary>MLflow 3: ids of the models that the run used (inputs).</summary>
    public IReadOnlyList<string> ModelInputs { get; init; } = [];
}
