using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Reads experiments.</summary>
internal static class ExperimentQueries
{
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
