using System.Globalization;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>The runs of a file store.</summary>
internal sealed class RunReader(StoreFolder store, ExperimentReader experiments)
{
    private static readonly string[] Statuses = ["", "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];
    private static readonly string[] Reserved = ["tags", "datasets", "traces", ExperimentReader.Models];

    /// <summary>A run's folder, or null.</summary>
    public string? FindFolder(string runId)
    {
        MlflowNames.RunId(runId);
        return Reserved.Contains(runId, StringComparer.Ordinal)
            ? null
            : experiments.Folders().Select(experiment => store.Inside(experiment.Path, runId)).FirstOrDefault(Directory.Exists);
    }

    /// <summary>A run, or null.</summary>
    public MlflowRun? Find(string runId) => FindFolder(runId) is { } folder ? Read(folder) : null;

    /// <summary>Counts experiments and runs by their folders alone.</summary>
    public StoreSize Measure(int mostRuns)
    {
        var (counted, runs) = (0, 0);
        foreach (var experiment in experiments.Folders())
        {
            counted++;
            runs += store.List(experiment.Path).Where(IsRun).Take(mostRuns + 1 - runs).Count();
            if (runs > mostRuns)
            {
                return new StoreSize(counted, mostRuns, IsWhole: false);
            }
        }

        return new StoreSize(counted, runs, IsWhole: true);
    }

    /// <summary>The folders of an experiment's runs, newest start first.</summary>
    public IReadOnlyList<string> Folders(string experimentId)
    {
        if (experiments.FindFolder(experimentId) is not { } experiment)
        {
            return [];
        }

        return
        [
            .. store
                .List(experiment)
                .Where(IsRun)
                .Select(entry => (entry.Name, entry.Path, Start: MetaOf(entry.Path).Number("start_time") ?? long.MinValue))
                .OrderByDescending(run => run.Start)
                .ThenBy(run => run.Name, StringComparer.Ordinal)
                .Select(run => run.Path),
        ];
    }

    /// <summary>Reads a run with everything it has.</summary>
    public MlflowRun Read(string folder)
    {
        var meta = MetaOf(folder);
        var experiment = Path.GetDirectoryName(folder)!; // A run's folder lies in its experiment's.
        var tags = ValueFolder.Read(store, Path.Combine(folder, "tags"));
        return new MlflowRun
        {
            RunId = Checked(meta, meta.Text("run_id") is null ? "run_uuid" : "run_id", Path.GetFileName(folder)),
            ExperimentId = Checked(meta, "experiment_id", Path.GetFileName(experiment)),
            RunName = meta.Text("run_name") ?? tags.GetValueOrDefault("mlflow.runName") ?? "",
            UserId = meta.Text("user_id") ?? "",
            Status = Status(meta),
            StartTime = meta.Number("start_time"),
            EndTime = meta.Number("end_time"),
            ArtifactUri = meta.Text("artifact_uri") ?? "",
            LifecycleStage = meta.Text("lifecycle_stage") ?? "active",
            Params = ValueFolder.Read(store, Path.Combine(folder, "params")),
            Metrics = ValueFolder
                .Files(store, Path.Combine(folder, "metrics"))
                .ToDictionary(file => file.Key, file => MetricFile.Latest(store, file.Path), StringComparer.Ordinal),
            Tags = tags,
            DatasetInputs = DatasetInputs(folder, experiment),
            ModelInputs =
            [
                .. Links(folder, "inputs").Where(link => link.Text("source_type") == "MODEL").Select(link => link.Required("source_id")),
            ],
            ModelOutputs =
            [
                .. Links(folder, "outputs").Select(link => new ModelOutput(link.Required("destination_id"), link.Number("step") ?? 0)),
            ],
        };
    }

    /// <summary>All points of a metric, ordered as <see cref="MetricOrder.History"/> says; empty where the run or the metric does not exist.</summary>
    public IReadOnlyList<MetricPoint> History(string runId, string key)
    {
        // A key is a path below the metrics folder; what MLflow would not take for one cannot be there.
        MlflowNames.Key(key);
        if (FindFolder(runId) is not { } folder)
        {
            return [];
        }

        var file = store.Inside(folder, "metrics", key);
        if (!File.Exists(file))
        {
            return [];
        }

        var points = MetricFile.Read(store, file).ToList();
        points.Sort(MetricOrder.History);
        return points;
    }

    private static string Checked(MetaFile meta, string field, string expected) =>
        meta.Required(field) is { } id && id == expected
            ? id
            : throw meta.Fault(field, $"does not fit its folder '{Printable.Text(expected)}'");

    private static string Status(MetaFile meta)
    {
        var text = meta.Required("status");
        if (Statuses.Contains(text, StringComparer.Ordinal) && text.Length > 0)
        {
            return text;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number < Statuses.Length
            ? Statuses[number]
            : throw meta.Fault("status", $"is none of a run: '{Printable.Text(text)}'");
    }

    private static bool IsRun(StoreEntry entry) =>
        entry.IsFolder
        && !Reserved.Contains(entry.Name, StringComparer.Ordinal)
        && ((entry.Name.Length == 32 && entry.Name.All(char.IsAsciiHexDigit)) || File.Exists(Path.Combine(entry.Path, MetaFile.FileName)));

    private MetaFile MetaOf(string folder) => MetaFile.Read(store, Path.Combine(folder, MetaFile.FileName));

    private IEnumerable<MetaFile> Links(string folder, string kind) =>
        store.List(Path.Combine(folder, kind)).Where(entry => entry.IsFolder).Select(entry => MetaOf(entry.Path));

    private List<DatasetInput> DatasetInputs(string folder, string experiment)
    {
        var inputs = new List<DatasetInput>();
        foreach (var link in Links(folder, "inputs").Where(link => link.Text("source_type") == "DATASET"))
        {
            var id = link.Required("source_id");
            if (!id.All(char.IsAsciiLetterOrDigit) || id.Length == 0)
            {
                throw link.Fault("source_id", $"is no dataset's id: '{Printable.Text(id)}'");
            }

            var dataset = MetaOf(Path.Combine(experiment, "datasets", id));
            inputs.Add(
                new DatasetInput(
                    dataset.Required("name"),
                    dataset.Required("digest"),
                    dataset.Text("source_type") ?? "",
                    dataset.Text("source") ?? "",
                    dataset.Text("schema"),
                    dataset.Text("profile"),
                    link.Texts("tags")
                )
            );
        }

        return inputs;
    }
}
