using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Builds a store from the <c>state</c> of a vector (testdata/ario/README.md).</summary>
internal static class ScriptedState
{
    public static MemoryMlflowStore Build(JsonNode? state)
    {
        var store = new MemoryMlflowStore();
        foreach (var (id, run) in Members(state?["runs"]))
        {
            store.Runs[id] = BuildRun(id, run!);
            var artifacts = store.ArtifactsOf(id);
            foreach (var (path, content) in Members(run!["artifacts"]))
            {
                artifacts.Files[path] = Convert.FromBase64String((string)content!);
            }

            foreach (var folder in run["empty_dirs"]?.AsArray() ?? [])
            {
                artifacts.EmptyFolders.Add((string)folder!);
            }
        }

        foreach (var (name, model) in Members(state?["registered_models"]))
        {
            store.Models[name] = new RegisteredModel(name, "", Texts(model!["tags"]), Texts(null));
        }

        foreach (var (key, version) in Members(state?["model_versions"]))
        {
            var slash = key.LastIndexOf('/');
            var name = key[..slash];
            store.Models.TryAdd(name, new RegisteredModel(name, "", Texts(null), Texts(null)));
            store.Versions.Add(
                new ModelVersion
                {
                    Name = name,
                    Version = key[(slash + 1)..],
                    RunId = (string?)version!["run_id"],
                    Source = (string?)version["source"],
                    CurrentStage = (string?)version["current_stage"] ?? "None",
                    Tags = Texts(version["tags"]),
                }
            );
        }

        foreach (var (id, trace) in Members(state?["traces"]))
        {
            store.Traces[id] = new Trace(id, "0", 0, null, "OK", Texts(trace!["tags"]), Texts(null));
        }

        return store;
    }

    public static double Number(JsonNode value) =>
        value is JsonObject nonFinite
            ? (string)nonFinite["$nonfinite"]! switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                _ => double.NegativeInfinity,
            }
            : (double)value;

    public static DatasetInput Dataset(JsonNode dataset) =>
        new(
            (string)dataset["name"]!,
            (string)dataset["digest"]!,
            (string)dataset["source_type"]!,
            (string)dataset["source"]!,
            (string?)dataset["schema"],
            null,
            (string?)dataset["context"] is { } context ? new Dictionary<string, string> { ["mlflow.data.context"] = context } : []
        );

    private static MlflowRun BuildRun(string id, JsonNode run) =>
        new()
        {
            RunId = id,
            ExperimentId = "0",
            Status = "FINISHED",
            ArtifactUri = "memory:/runs/" + id,
            Params = Texts(run["params"]),
            Metrics = Members(run["metrics"]).ToDictionary(pair => pair.Key, pair => new MetricPoint(Number(pair.Value!), 1, 0)),
            Tags = Texts(run["tags"]),
            DatasetInputs = [.. (run["dataset_inputs"]?.AsArray() ?? []).Select(dataset => Dataset(dataset!))],
        };

    public static Dictionary<string, string> Texts(JsonNode? map) =>
        Members(map).ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? map) => map as JsonObject ?? [];
}
