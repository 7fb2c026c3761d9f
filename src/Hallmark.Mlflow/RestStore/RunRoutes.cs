using System.Runtime.CompilerServices;
using System.Text.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Experiments, runs, metrics and logged models over REST.</summary>
internal sealed class RunRoutes(MlflowHttp http)
{
    private const string A2 = "api/2.0/mlflow/";

    /// <summary>Counts on one page of each listing: what it costs is bounded, whatever the server holds.</summary>
    public async Task<StoreSize> MeasureAsync(int mostRuns, CancellationToken cancellationToken)
    {
        var experiments = await SearchAsync(
                "experiments/search",
                static json =>
                {
                    json.WriteNumber("max_results", 1000);
                    json.WriteString("view_type", "ALL");
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        var ids = (experiments?.Objects("experiments") ?? []).Select(static e => e.Text("experiment_id")).ToList();
        if (ids.Count == 0)
        {
            return new StoreSize(0, 0, IsWhole: true);
        }

        var runs = await SearchAsync(
                "runs/search",
                json =>
                {
                    WriteList(json, "experiment_ids", [.. ids]);
                    json.WriteString("run_view_type", "ALL");
                    json.WriteNumber("max_results", mostRuns);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return new StoreSize(
            ids.Count,
            runs?.Objects("runs").Count() ?? 0,
            IsWhole: string.IsNullOrEmpty(experiments?.FindText("next_page_token"))
                && string.IsNullOrEmpty(runs?.FindText("next_page_token"))
        );
    }

    public async Task<IReadOnlyList<Experiment>> ListExperimentsAsync(CancellationToken cancellationToken)
    {
        var experiments = new List<Experiment>();
        await foreach (var page in Paging.WalkAsync(ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            experiments.AddRange(page.Objects("experiments").Select(StoreJson.Experiment));
        }

        return
        [
            .. experiments
                .DistinctBy(static e => e.Id, StringComparer.Ordinal)
                .OrderBy(static e => e.Id.Length)
                .ThenBy(static e => e.Id, StringComparer.Ordinal),
        ];

        Task<JsonElement?> ReadAsync(string? token, CancellationToken ct) =>
            SearchAsync(
                "experiments/search",
                json =>
                {
                    json.WriteNumber("max_results", 1000);
                    json.WriteString("view_type", "ALL");
                    WriteToken(json, token);
                },
                ct
            );
    }

    public async IAsyncEnumerable<MlflowRun> ListRunsAsync(
        string experimentId,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // The newest run stands first: one that begins while the pages are read moves the last run of a page to the next page.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var page in Paging.WalkAsync(ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            foreach (var json in page.Objects("runs"))
            {
                var run = StoreJson.Run(json);
                if (!seen.Add(run.RunId))
                {
                    continue;
                }

                // MLflow 3 leaves a run's model inputs out of a search: only the run looked up has them.
                var isVersion3 = json.FindChild("outputs") is not null;
                yield return (isVersion3 ? await FindRunAsync(run.RunId, cancellationToken).ConfigureAwait(false) : null) ?? run;
            }
        }

        Task<JsonElement?> ReadAsync(string? token, CancellationToken ct) =>
            SearchAsync(
                "runs/search",
                json =>
                {
                    WriteList(json, "experiment_ids", experimentId);
                    json.WriteString("run_view_type", "ALL");
                    json.WriteNumber("max_results", 200);
                    WriteList(json, "order_by", "attributes.start_time DESC");
                    WriteToken(json, token);
                },
                ct
            );
    }

    public async Task<MlflowRun?> FindRunAsync(string runId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(runId))
        {
            return null;
        }

        var answer = await http.SendAsync(MlflowRequest.Get(A2 + "runs/get").Query("run_id", runId), cancellationToken)
            .ConfigureAwait(false);
        return answer.IsNotFound ? null : StoreJson.Run(answer.Require().Child("run"));
    }

    public async Task<IReadOnlyList<MetricPoint>> ReadMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken)
    {
        var points = new List<MetricPoint>();
        await foreach (var page in Paging.WalkAsync(ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            points.AddRange(page.Objects("metrics").Select(StoreJson.MetricPoint));
        }

        points.Sort(MetricOrder.History);
        return points;

        async Task<JsonElement?> ReadAsync(string? token, CancellationToken ct)
        {
            // Without max_results MLflow 3 answers with no point at all (specs/mlflow.md §0.2).
            var request = MlflowRequest
                .Get(A2 + "metrics/get-history")
                .Query("run_id", runId)
                .Query("metric_key", key)
                .Query("max_results", 25_000);
            var answer = await http.SendAsync(token is null ? request : request.Query("page_token", token), ct).ConfigureAwait(false);
            return answer.IsNotFound ? null : answer.Require();
        }
    }

    public async Task<LoggedModel?> FindLoggedModelAsync(string modelId, CancellationToken cancellationToken) =>
        await ReadLoggedModelAsync(modelId, cancellationToken).ConfigureAwait(false) is { } model ? StoreJson.LoggedModel(model) : null;

    public async Task<IReadOnlyList<LoggedModelMetric>> ReadLoggedModelMetricsAsync(string modelId, CancellationToken cancellationToken) =>
        await ReadLoggedModelAsync(modelId, cancellationToken).ConfigureAwait(false) is { } model
            ? LoggedModelMetric.InOrder((model.FindChild("data")?.Objects("metrics") ?? []).Select(StoreJson.LoggedModelMetric))
            : [];

    public async Task<IReadOnlyList<LoggedModel>> ListLoggedModelsAsync(string experimentId, CancellationToken cancellationToken)
    {
        var models = new List<LoggedModel>();
        await foreach (var page in Paging.WalkAsync(ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            models.AddRange(page.Objects("models").Select(StoreJson.LoggedModel));
        }

        return [.. models.DistinctBy(static m => m.ModelId, StringComparer.Ordinal)];

        async Task<JsonElement?> ReadAsync(string? token, CancellationToken ct)
        {
            var answer = await http.SendAsync(
                    Search(
                        "logged-models/search",
                        json =>
                        {
                            WriteList(json, "experiment_ids", experimentId);
                            json.WriteNumber("max_results", 50);
                            WriteToken(json, token);
                        }
                    ),
                    ct
                )
                .ConfigureAwait(false);
            return answer.IsUnknownRoute || answer.IsNotFound ? null : answer.Require();
        }
    }

    public async Task SetRunTagAsync(string runId, string key, string value, CancellationToken cancellationToken)
    {
        MlflowNames.TagValue(MlflowNames.Key(key), value, MlflowNames.MaxRunTagLength);
        var answer = await http.SendAsync(
                MlflowRequest.WithJson(
                    HttpMethod.Post,
                    A2 + "runs/set-tag",
                    isRepeatable: true,
                    json =>
                    {
                        json.WriteString("run_id", MlflowRequest.Sendable(runId));
                        json.WriteString("key", MlflowRequest.Sendable(key));
                        json.WriteString("value", MlflowRequest.Sendable(value));
                    }
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
        answer.Require();
        if (value.Length > TagLength.SafeOfRuns)
        {
            var run = await FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
            TagLength.RequireWhole(key, value, run?.Tags);
        }
    }

    private async Task<JsonElement?> ReadLoggedModelAsync(string modelId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(modelId))
        {
            return null;
        }

        var answer = await http.SendAsync(MlflowRequest.Get(A2 + "logged-models/" + MlflowRequest.Escape(modelId)), cancellationToken)
            .ConfigureAwait(false);
        return answer.IsNotFound || answer.IsUnknownRoute ? null : answer.Require().Child("model");
    }

    private async Task<JsonElement?> SearchAsync(string route, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        (await http.SendAsync(Search(route, write), cancellationToken).ConfigureAwait(false)).Require();

    private static MlflowRequest Search(string route, Action<Utf8JsonWriter> write) =>
        MlflowRequest.WithJson(HttpMethod.Post, A2 + route, isRepeatable: true, write);

    private static void WriteToken(Utf8JsonWriter json, string? token)
    {
        if (token is not null)
        {
            json.WriteString("page_token", token);
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, params ReadOnlySpan<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(MlflowRequest.Sendable(item));
        }

        json.WriteEndArray();
    }
}
