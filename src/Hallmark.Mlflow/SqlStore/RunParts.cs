using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>A run while its parts are read from their tables.</summary>
internal sealed class RunParts(MlflowRun run)
{
    /// <summary>Its parameters.</summary>
    public Dictionary<string, string> Params { get; } = new(StringComparer.Ordinal);

    /// <summary>Its tags.</summary>
    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Its latest metrics.</summary>
    public Dictionary<string, MetricPoint> Metrics { get; } = new(StringComparer.Ordinal);

    /// <summary>Its dataset inputs.</summary>
    public List<DatasetInput> Datasets { get; } = [];

    /// <summary>The models it made.</summary>
    public List<ModelOutput> Outputs { get; } = [];

    /// <summary>The models it used.</summary>
    public List<string> ModelInputs { get; } = [];

    /// <summary>The whole run.</summary>
    public MlflowRun ToRun() =>
        run with
        {
            Params = Params,
            Tags = Tags,
            Metrics = Metrics,
            DatasetInputs = Datasets,
            ModelOutputs = Outputs,
            ModelInputs = ModelInputs,
        };
}
