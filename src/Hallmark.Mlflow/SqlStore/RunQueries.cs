using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Reads runs: a fixed number of queries for any number of runs.</summary>
internal static class RunQueries
{
    /// <summary>The ids of an experiment's runs, newest start first.</summary>
    public static Task<List<string>> ListIdsAsync(SqlSession session, long experimentId, CancellationToken cancellationToken) =>
        session.ListAsync(
            $"SELECT run_uuid FROM runs WHERE experiment_id = {experimentId} ORDER BY CASE WHEN start_time IS NULL THEN 1 ELSE 0 END, start_time DESC, run_uuid",
            row => row.Text(0),
            cancellationToken
        );

    /// <summary>These runs with all that belongs to them, in the order of the ids; ids without a run are left out.</summary>
    public static async Task<IReadOnlyList<MlflowRun>> ReadAsync(
        SqlSession session,
        IReadOnlyCollection<string> ids,
        CancellationToken cancellationToken
    )
    {
        var runs = new Dictionary<string, RunParts>(StringComparer.Ordinal);
        await session
            .ReadAsync(
                $"""
                SELECT run_uuid, experiment_id, name, user_id, status, start_time, end_time, artifact_uri, lifecycle_stage FROM runs WHERE run_uuid IN {ids}
                """,
                row =>
                    runs[row.Text(0)] = new RunParts(
                        new MlflowRun
                        {
                            RunId = row.Text(0),
                            ExperimentId = row.IntegerText(1),
                            RunName = row.TextOrNull(2) ?? "",
                            UserId = row.TextOrNull(3) ?? "",
                            Status = row.TextOrNull(4) ?? "",
                            StartTime = row.IntegerOrNull(5),
                            EndTime = row.IntegerOrNull(6),
                            ArtifactUri = row.TextOrNull(7) ?? "",
                            LifecycleStage = row.TextOrNull(8) ?? "active",
                        }
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (runs.Count == 0)
        {
            return [];
        }

        await session
            .ReadAsync(
                $"SELECT run_uuid, key, value FROM params WHERE run_uuid IN {ids}",
                row => Owner(row)?.Params[row.Text(1)] = row.TextOrNull(2) ?? "",
                cancellationToken
            )
            .ConfigureAwait(false);
        await session
            .ReadAsync(
                $"SELECT run_uuid, key, value FROM tags WHERE run_uuid IN {ids}",
                row => Owner(row)?.Tags[row.Text(1)] = row.TextOrNull(2) ?? "",
                cancellationToken
            )
            .ConfigureAwait(false);
        await session
            .ReadAsync(
                $"SELECT run_uuid, key, value, is_nan, timestamp, step FROM latest_metrics WHERE run_uuid IN {ids}",
                row => Owner(row)?.Metrics[row.Text(1)] = row.Point(2),
                cancellationToken
            )
            .ConfigureAwait(false);
        await ReadInputsAsync(session, ids, runs, cancellationToken).ConfigureAwait(false);
        return [.. ids.Where(runs.ContainsKey).Select(id => runs[id].ToRun())];

        // A column may compare without case, or a run be gone while its rows are not: those belong to none of the runs asked for.
        RunParts? Owner(SqlRow row) => runs.GetValueOrDefault(row.Text(0));
    }

    /// <summary>A metric's points, ordered by timestamp, step and value, NaN last.</summary>
    public static async Task<IReadOnlyList<MetricPoint>> ReadHistoryAsync(
        SqlSession session,
        string runId,
        string key,
        CancellationToken cancellationToken
    )
    {
        var points = await session
            .ListAsync(
                $"SELECT value, is_nan, timestamp, step FROM metrics WHERE run_uuid = {runId} AND key = {key}",
                row => row.Point(0),
                cancellationToken
            )
            .ConfigureAwait(false);
        points.Sort(MetricOrder.History);
        return points;
    }

    private static async Task ReadInputsAsync(
        SqlSession session,
        IReadOnlyCollection<string> ids,
        Dictionary<string, RunParts> runs,
        CancellationToken cancellationToken
    )
    {
        if (!session.Schema.Has("inputs"))
        {
            return;
        }

        if (session.Schema.Has("datasets"))
        {
            await ReadDatasetsAsync(session, ids, runs, cancellationToken).ConfigureAwait(false);
        }

        if (!session.Schema.Has("inputs", "step"))
        {
            return; // MLflow 2: no logged models
        }

        await session
            .ReadAsync(
                $"""
                SELECT source_id, source_type, destination_id, step FROM inputs
                WHERE source_id IN {ids}
                    AND ((source_type = 'RUN_OUTPUT' AND destination_type = 'MODEL_OUTPUT') OR (source_type = 'RUN_INPUT' AND destination_type = 'MODEL_INPUT'))
                ORDER BY {session.InsertionOrder}
                """,
                row =>
                {
                    if (!runs.TryGetValue(row.Text(0), out var run))
                    {
                        return;
                    }

                    if (string.Equals(row.Text(1), "RUN_OUTPUT", StringComparison.Ordinal))
                    {
                        run.Outputs.Add(new ModelOutput(row.Text(2), row.Integer(3)));
                    }
                    else
                    {
                        run.ModelInputs.Add(row.Text(2));
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static async Task ReadDatasetsAsync(
        SqlSession session,
        IReadOnlyCollection<string> ids,
        Dictionary<string, RunParts> runs,
        CancellationToken cancellationToken
    )
    {
        var tags = new OwnedPairs();
        if (session.Schema.Has("input_tags"))
        {
            await session
                .ReadAsync(
                    $"""
                    SELECT t.input_uuid, t.name, t.value FROM input_tags AS t JOIN inputs AS i ON i.input_uuid = t.input_uuid
                    WHERE i.destination_id IN {ids} AND i.destination_type = 'RUN' AND i.source_type = 'DATASET'
                    """,
                    row => tags.Set(row.Text(0), row.Text(1), row.TextOrNull(2)),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        await session
            .ReadAsync(
                $"""
                SELECT i.destination_id, i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile
                FROM inputs AS i JOIN datasets AS d ON d.dataset_uuid = i.source_id
                WHERE i.destination_id IN {ids} AND i.destination_type = 'RUN' AND i.source_type = 'DATASET'
                ORDER BY i.{session.InsertionOrder}
                """,
                row =>
                {
                    if (runs.TryGetValue(row.Text(0), out var run))
                    {
                        run.Datasets.Add(
                            new DatasetInput(
                                row.Text(2),
                                row.Text(3),
                                row.Text(4),
                                row.Text(5),
                                row.TextOrNull(6),
                                row.TextOrNull(7),
                                tags.Of(row.Text(1))
                            )
                        );
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
