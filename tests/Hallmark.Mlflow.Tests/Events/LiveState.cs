using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Builds a store from what real MLflow servers answered (the <c>given</c> of testdata/ario/mlflow-live.json).</summary>
internal static class LiveState
{
    public static MemoryMlflowStore Build(JsonNode given)
    {
        var store = new MemoryMlflowStore();
        if (given["runs_get"]?["body"]?["run"] is { } run)
        {
            AddRun(store, run);
            AddFiles(store, store.Runs.Keys.Single(), given["run_artifacts"]);
        }

        foreach (var (id, model) in given["logged_models"] as JsonObject ?? [])
        {
            var info = model!["logged_model"]!["info"]!;
            var uri = (string)info["artifact_uri"]!;
            store.LoggedModels[id] = new LoggedModel
            {
                ModelId = id,
                ExperimentId = (string)info["experiment_id"]!,
                Name = (string)info["name"]!,
                SourceRunId = (string?)info["source_run_id"],
                ArtifactUri = uri,
            };
            foreach (var (path, content) in model["files"] as JsonObject ?? [])
            {
                ((MemoryArtifacts)store.OpenArtifacts(uri)).Files[path] = Convert.FromBase64String((string)content!);
            }
        }

        foreach (var version in given["model_versions_search"]?["body"]?["model_versions"]?.AsArray() ?? [])
        {
            AddVersion(store, version!);
        }

        if (given["registered_model"]?["body"]?["registered_model"] is { } registered)
        {
            var name = (string)registered["name"]!;
            store.Models[name] = new RegisteredModel(name, "", Pairs(registered["tags"]), new Dictionary<string, string>());
        }

        return store;
    }

    public static void AddFiles(MemoryMlflowStore store, string runId, JsonNode? files)
    {
        foreach (var (path, content) in files as JsonObject ?? [])
        {
            store.ArtifactsOf(runId).Files[path] = Convert.FromBase64String((string)content!);
        }
    }

    public static void AddVersion(MemoryMlflowStore store, JsonNode version)
    {
        var name = (string)version["name"]!;
        store.Models.TryAdd(name, new RegisteredModel(name, "", new Dictionary<string, string>(), new Dictionary<string, string>()));
        store.Versions.Add(
            new ModelVersion
            {
                Name = name,
                Version = (string)version["version"]!,
                RunId = (string?)version["run_id"] is { Length: > 0 } id ? id : null,
                Source = (string?)version["source"],
                CurrentStage = (string?)version["current_stage"] ?? "None",
                Tags = Pairs(version["tags"]),
            }
        );
    }

    public static Dictionary<string, string> Pairs(JsonNode? list) =>
        (list?.AsArray() ?? []).ToDictionary(pair => (string)pair!["key"]!, pair => (string)pair!["value"]!, StringComparer.Ordinal);

    public static DatasetInput Dataset(JsonNode dataset, JsonNode? tags) =>
        new(
            (string)dataset["name"]!,
            (string)dataset["digest"]!,
            (string)dataset["source_type"]!,
            (string)dataset["source"]!,
            (string?)dataset["schema"],
            (string?)dataset["profile"],
            Pairs(tags)
        );

    private static void AddRun(MemoryMlflowStore store, JsonNode run)
    {
        var (info, data) = (run["info"]!, run["data"]!);
        var id = (string)info["run_id"]!;
        store.Runs[id] = new MlflowRun
        {
            RunId = id,
            ExperimentId = (string)info["experiment_id"]!,
            Status = (string)info["status"]!,
            ArtifactUri = (string)info["artifact_uri"]!,
            Params = Pairs(data["params"]),
            Metrics = (data["metrics"]?.AsArray() ?? []).ToDictionary(
                metric => (string)metric!["key"]!,
                metric => Point(metric!),
                StringComparer.Ordinal
            ),
            Tags = Pairs(data["tags"]),
            DatasetInputs =
            [
                .. (run["inputs"]?["dataset_inputs"]?.AsArray() ?? []).Select(input => Dataset(input!["dataset"]!, input["tags"])),
            ],
            ModelOutputs =
            [
                .. (run["outputs"]?["model_outputs"]?.AsArray() ?? []).Select(output => new ModelOutput((string)output!["model_id"]!, 0)),
            ],
        };
    }

    private static MetricPoint Point(JsonNode metric) =>
        new(
            metric["value"] is JsonValue value && value.TryGetValue<double>(out var number)
                ? number
                : double.Parse((string)metric["value"]!, CultureInfo.InvariantCulture),
            1,
            0
        );
}
