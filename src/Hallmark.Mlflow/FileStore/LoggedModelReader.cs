using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>The logged models of an MLflow 3 file store; deleted ones are hidden, as MLflow hides them.</summary>
internal sealed class LoggedModelReader(StoreFolder store, ExperimentReader experiments)
{
    /// <summary>A model's folder, or null.</summary>
    public string? FindFolder(string modelId)
    {
        MlflowNames.LoggedModelId(modelId);
        return experiments
            .Folders()
            .Select(experiment => store.Inside(experiment.Path, ExperimentReader.Models, modelId))
            .FirstOrDefault(Directory.Exists);
    }

    /// <summary>A model, or null.</summary>
    public LoggedModel? Find(string modelId) => FindFolder(modelId) is { } folder ? Read(folder) : null;

    /// <summary>All models of an experiment, by id.</summary>
    public IReadOnlyList<LoggedModel> List(string experimentId) =>
        experiments.FindFolder(experimentId) is { } experiment
            ?
            [
                .. store
                    .List(Path.Combine(experiment, ExperimentReader.Models))
                    .Where(entry => entry.IsFolder)
                    .Select(entry => Read(entry.Path))
                    .OfType<LoggedModel>(),
            ]
            : [];

    /// <summary>All points of a model's metrics; empty where there is no such model or it was deleted.</summary>
    public IReadOnlyList<LoggedModelMetric> Metrics(string modelId) =>
        FindFolder(modelId) is { } folder && Read(folder) is not null
            ? LoggedModelMetric.InOrder(
                ValueFolder
                    .Files(store, Path.Combine(folder, "metrics"))
                    .SelectMany(file => MetricFile.ReadOfModel(store, file.Path, file.Key))
            )
            : [];

    private LoggedModel? Read(string folder)
    {
        var meta = MetaFile.Read(store, Path.Combine(folder, MetaFile.FileName));
        if (meta.Required("model_id") is var id && id != Path.GetFileName(folder))
        {
            throw meta.Fault("model_id", "does not fit its folder");
        }

        return meta.Text("lifecycle_stage") == "deleted"
            ? null
            : new LoggedModel
            {
                ModelId = id,
                ExperimentId = meta.Required("experiment_id"),
                Name = meta.Required("name"),
                SourceRunId = meta.Text("source_run_id") is { Length: > 0 } run ? run : null,
                ArtifactUri = meta.Required("artifact_location"),
                Status = meta.Text("status") switch
                {
                    null or "0" => "",
                    "1" => "LOGGED_MODEL_PENDING",
                    "2" => "LOGGED_MODEL_READY",
                    "3" => "LOGGED_MODEL_UPLOAD_FAILED",
                    var other => throw meta.Fault("status", $"is none of a logged model: '{Printable.Text(other)}'"),
                },
                ModelType = meta.Text("model_type") ?? "",
                Params = ValueFolder.Read(store, Path.Combine(folder, "params")),
                Tags = ValueFolder.Read(store, Path.Combine(folder, "tags")),
            };
    }
}
