using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Reads experiments.</summary>
internal static class ExperimentQueries
{
    /// <summary>Counts experiments and runs of the default workspace.</summary>
    public static async Task<StoreSize> MeasureAsync(SqlSession session, int mostRuns, CancellationToken cancellationToken)
    {
        var experiments = await session
            .ListAsync(
                $"SELECT COUNT(*) FROM experiments WHERE 1 = 1{session.Schema.AndDefaultWorkspace("experiments")}",
                row => row.Integer(0),
                cancellationToken
            )
            .ConfigureAwait(false);
        var runs = await session
            .ListAsync(
                $"""
                SELECT COUNT(*) FROM (SELECT 1 FROM runs WHERE experiment_id IN
                    (SELECT experiment_id FROM experiments WHERE 1 = 1{session.Schema.AndDefaultWorkspace("experiments")}) LIMIT {mostRuns
                    + 1}) AS counted
                """,
                row => row.Integer(0),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new StoreSize((int)Math.Min(experiments[0], int.MaxValue), (int)Math.Min(runs[0], mostRuns), runs[0] <= mostRuns);
    }

    /// <summary>All experiments of the default workspace, by id.</summary>
    public static async Task<IReadOnlyList<Experiment>> ListAsync(SqlSession session, CancellationToken cancellationToken)
    {
        var tags = new OwnedPairs();
        if (session.Schema.Has("experiment_tags"))
        {
            await session
                .ReadAsync(
                    $"SELECT experiment_id, key, value FROM experiment_tags",
                    row => tags.Set(row.IntegerText(0), row.Text(1), row.TextOrNull(2)),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return await session
            .ListAsync(
                $"""
                SELECT experiment_id, name, artifact_location, lifecycle_stage FROM experiments
                WHERE 1 = 1{session.Schema.AndDefaultWorkspace("experiments")} ORDER BY experiment_id
                """,
                row => new Experiment(
                    row.IntegerText(0),
                    row.Text(1),
                    row.TextOrNull(2) ?? "",
                    row.TextOrNull(3) ?? "active",
                    tags.Of(row.IntegerText(0))
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
