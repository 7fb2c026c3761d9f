using System.Globalization;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>The traces of a file store, in MLflow 2's and MLflow 3's form.</summary>
internal sealed class TraceReader(StoreFolder store, ExperimentReader experiments)
{
    private const string Folder = "traces";

    /// <summary>A trace's folder, or null.</summary>
    public string? FindFolder(string traceId)
    {
        MlflowNames.TraceId(traceId);
        return experiments.Folders().Select(experiment => store.Inside(experiment.Path, Folder, traceId)).FirstOrDefault(Directory.Exists);
    }

    /// <summary>A trace, or null.</summary>
    public Trace? Find(string traceId) => FindFolder(traceId) is { } folder ? Read(folder, MetaOf(folder)) : null;

    /// <summary>The folders of an experiment's traces, newest first.</summary>
    public IReadOnlyList<string> Folders(string experimentId) =>
        experiments.FindFolder(experimentId) is { } experiment
            ?
            [
                .. store
                    .List(Path.Combine(experiment, Folder))
                    .Where(entry => entry.IsFolder)
                    .Select(entry => (entry.Name, entry.Path, Time: Timestamp(MetaOf(entry.Path))))
                    .OrderByDescending(trace => trace.Time)
                    .ThenBy(trace => trace.Name, StringComparer.Ordinal)
                    .Select(trace => trace.Path),
            ]
            : [];

    /// <summary>Reads a trace.</summary>
    public Trace Read(string folder) => Read(folder, MetaOf(folder));

    private Trace Read(string folder, MetaFile info)
    {
        var id = info.Text("trace_id") ?? info.Required("request_id");
        if (id != Path.GetFileName(folder))
        {
            throw info.Fault("trace_id", $"does not fit its folder '{Printable.Text(Path.GetFileName(folder))}'");
        }

        return new Trace(
            id,
            ExperimentId(info),
            Timestamp(info),
            info.Number("execution_duration_ms") ?? info.Number("execution_time_ms"),
            (info.Text("state") ?? info.Text("status")) switch
            {
                null or "TRACE_STATUS_UNSPECIFIED" => "STATE_UNSPECIFIED",
                var status => status,
            },
            ValueFolder.Read(store, Path.Combine(folder, "tags")),
            ValueFolder.Read(store, Path.Combine(folder, "request_metadata"))
        );
    }

    private MetaFile MetaOf(string folder) => MetaFile.Read(store, Path.Combine(folder, "trace_info.yaml"));

    private static string ExperimentId(MetaFile info) =>
        info.Map.Entries.GetValueOrDefault("trace_location") is YamlMap location
        && location.Entries.GetValueOrDefault("mlflow_experiment") is YamlMap experiment
        && experiment.Entries.GetValueOrDefault("experiment_id") is YamlScalar { IsNull: false } id
            ? id.Text
            : info.Required("experiment_id");

    private static long Timestamp(MetaFile info)
    {
        if (info.Text("request_time") is not { } text)
        {
            return info.Number("timestamp_ms") ?? throw info.Fault("timestamp_ms", "is missing");
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw info.Fault("request_time", $"is no time: '{Printable.Text(text)}'");
    }
}
