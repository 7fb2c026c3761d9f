using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Reads a run again and names every recorded fact that is not as it was: params, metrics, source tags, dataset inputs, metric histories.</summary>
internal static class LiveRunCheck
{
    private static readonly string[] Compared = ["params", "metrics", "source_name", "git_commit"];

    public static async Task<Check> CheckAsync(IMlflowStore store, MlflowRun? run, JsonObject record, CancellationToken cancellationToken)
    {
        if (run is null)
        {
            return Answers.Failed(CheckNames.LiveRun, "run_missing", "the run is gone from MLflow");
        }

        var live = TrainingPayload.Build(run, ArtifactSnapshot.Empty(ArtifactStatus.NoArtifacts, null), "", new RecordOptions(), null);
        var differences = Compared.SelectMany(name => JsonDifferences.Between(name, record[name], live[name])).ToList();
        if (record["dataset_inputs"] is JsonArray inputs)
        {
            differences.AddRange(Inputs(inputs, live["dataset_inputs"]!.AsArray())); // the builder always writes it
        }

        var covered = "params, metrics, source and dataset inputs";
        if (HallmarkMember.Of(record)?[HallmarkMember.MetricHistory] is JsonObject histories)
        {
            var now = await MetricHistory.ReadAsync(store, run, cancellationToken).ConfigureAwait(false);
            differences.AddRange(Histories(histories, now));
            covered = "params, metrics with their histories, source and dataset inputs";
        }

        return Answers.Compared(
            CheckNames.LiveRun,
            $"MLflow still holds the recorded {covered}",
            "MLflow does not hold what was recorded of the run",
            differences
        );
    }

    // Inputs are matched by name and context first, so that one that was added does not make all others look changed.
    private static IEnumerable<Difference> Inputs(JsonArray anchored, JsonArray found)
    {
        var left = Group(anchored);
        var right = Group(found);
        foreach (var key in left.Keys.Union(right.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var before = left.GetValueOrDefault(key) ?? [];
            var now = right.GetValueOrDefault(key) ?? [];
            for (var index = 0; index < Math.Max(before.Count, now.Count); index++)
            {
                foreach (
                    var difference in JsonDifferences.Between(
                        $"dataset_inputs[{key}]",
                        index < before.Count ? before[index] : null,
                        index < now.Count ? now[index] : null
                    )
                )
                {
                    yield return difference;
                }
            }
        }
    }

    private static Dictionary<string, List<JsonNode?>> Group(JsonArray inputs) =>
        inputs
            .GroupBy(
                input => StoredJson.Text(input, "name") + (StoredJson.Text(input, "context") is { } context ? ", " + context : ""),
                StringComparer.Ordinal
            )
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

    private static IEnumerable<Difference> Histories(JsonObject anchored, JsonObject found)
    {
        foreach (
            var key in anchored
                .Select(member => member.Key)
                .Union(found.Select(member => member.Key), StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        )
        {
            if (!JsonNode.DeepEquals(anchored[key], found[key]))
            {
                yield return new Difference("metric_history." + key, Show(anchored[key]), Show(found[key]), "all points of the metric");
            }
        }
    }

    private static string? Show(JsonNode? history) =>
        history is JsonObject ? $"{JsonDifferences.Show(history["count"])} points, sha256 {JsonDifferences.Show(history["sha256"])}" : null;
}
