using System.Globalization;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Reads MLflow 3's logged models; deleted ones are hidden, as MLflow hides them. A database of MLflow 2 has none.</summary>
internal static class LoggedModelQueries
{
    /// <summary>One logged model, or null.</summary>
    public static async Task<LoggedModel?> FindAsync(SqlSession session, string modelId, CancellationToken cancellationToken) =>
        await ReadAsync(session, new SqlFragment("model_id ="), modelId, cancellationToken).ConfigureAwait(false) is [var model, ..]
            ? model
            : null;

    /// <summary>An experiment's logged models, oldest first.</summary>
    public static Task<IReadOnlyList<LoggedModel>> ListAsync(SqlSession session, long experimentId, CancellationToken cancellationToken) =>
        ReadAsync(session, new SqlFragment("experiment_id ="), experimentId, cancellationToken);

    /// <summary>All points of a model's metrics. A NaN is NULL in the database.</summary>
    public static async Task<IReadOnlyList<LoggedModelMetric>> ReadMetricsAsync(
        SqlSession session,
        string modelId,
        CancellationToken cancellationToken
    ) =>
        session.Schema.Has("logged_models") && session.Schema.Has("logged_model_metrics")
            ? LoggedModelMetric.InOrder(
                await session
                    .ListAsync(
                        $"""
                        SELECT metric_name, metric_value, metric_timestamp_ms, metric_step, run_id, dataset_name, dataset_digest FROM logged_model_metrics
                        WHERE model_id IN (SELECT model_id FROM logged_models WHERE model_id = {modelId}
                            AND (lifecycle_stage IS NULL OR lifecycle_stage <> 'deleted'))
                        """,
                        row => new LoggedModelMetric(
                            row.Text(0),
                            new MetricPoint(row.NumberOrNull(1) ?? double.NaN, row.Integer(2), row.Integer(3)),
                            row.Text(4),
                            row.TextOrNull(5),
                            row.TextOrNull(6)
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )
            : [];

    private static async Task<IReadOnlyList<LoggedModel>> ReadAsync(
        SqlSession session,
        SqlFragment condition,
        object value,
        CancellationToken cancellationToken
    )
    {
        if (!session.Schema.Has("logged_models"))
        {
            return [];
        }

        var parameters = await ReadPairsAsync(
                session,
                "logged_model_params",
                "param_key",
                "param_value",
                condition,
                value,
                cancellationToken
            )
            .ConfigureAwait(false);
        var tags = await ReadPairsAsync(session, "logged_model_tags", "tag_key", "tag_value", condition, value, cancellationToken)
            .ConfigureAwait(false);
        return await session
            .ListAsync(
                $"""
                SELECT model_id, experiment_id, name, source_run_id, artifact_location, status, model_type FROM logged_models
                WHERE {condition} {value} AND (lifecycle_stage IS NULL OR lifecycle_stage <> 'deleted') ORDER BY creation_timestamp_ms, model_id
                """,
                row => new LoggedModel
                {
                    ModelId = row.Text(0),
                    ExperimentId = row.IntegerText(1),
                    Name = row.Text(2),
                    SourceRunId = row.TextOrNull(3) is { Length: > 0 } runId ? runId : null,
                    ArtifactUri = row.Text(4),
                    Status = StatusName(row.Integer(5)),
                    ModelType = row.TextOrNull(6) ?? "",
                    Params = parameters.Of(row.Text(0)),
                    Tags = tags.Of(row.Text(0)),
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static async Task<OwnedPairs> ReadPairsAsync(
        SqlSession session,
        string table,
        string keyColumn,
        string valueColumn,
        SqlFragment condition,
        object value,
        CancellationToken cancellationToken
    )
    {
        var pairs = new OwnedPairs();
        if (!session.Schema.Has(table))
        {
            return pairs;
        }

        // Through the model and not by the pair's own experiment: MLflow 3.6 leaves that wrong in places.
        await session
            .ReadAsync(
                $"""
                SELECT model_id, {new SqlFragment(keyColumn)}, {new SqlFragment(valueColumn)} FROM {new SqlFragment(table)}
                WHERE model_id IN (SELECT model_id FROM logged_models WHERE {condition} {value})
                """,
                row => pairs.Set(row.Text(0), row.Text(1), row.TextOrNull(2)),
                cancellationToken
            )
            .ConfigureAwait(false);
        return pairs;
    }

    private static string StatusName(long status) =>
        status switch
        {
            0 => "LOGGED_MODEL_STATUS_UNSPECIFIED",
            1 => "LOGGED_MODEL_PENDING",
            2 => "LOGGED_MODEL_READY",
            3 => "LOGGED_MODEL_UPLOAD_FAILED",
            _ => status.ToString(CultureInfo.InvariantCulture),
        };
}
