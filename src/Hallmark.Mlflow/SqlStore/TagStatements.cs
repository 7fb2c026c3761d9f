using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Sets tags as MLflow does: one row a tag, replaced in place.</summary>
internal static class TagStatements
{
    private const string RunNameTag = "mlflow.runName";

    /// <summary>Sets a run's tag; <c>mlflow.runName</c> and the run's name are one thing.</summary>
    public static async Task SetOfRunAsync(SqlSession session, string runId, string key, string value, CancellationToken cancellationToken)
    {
        WriteRules.CheckTag(session.Schema, "tags", key, value);
        var stages = await session
            .ListAsync($"SELECT lifecycle_stage FROM runs WHERE run_uuid = {runId}", row => row.TextOrNull(0), cancellationToken)
            .ConfigureAwait(false);
        if (stages.Count == 0)
        {
            throw new MlflowNotFoundException($"There is no run {Printable.Text(runId)}");
        }

        if (stages[0] is "deleted")
        {
            throw new BadInputException(
                $"The run {runId} is deleted, and MLflow lets nobody write to a deleted run",
                $"Restore it first: mlflow runs restore --run-id {runId}"
            );
        }

        await session
            .ExecuteAsync(
                $"INSERT INTO tags (key, value, run_uuid) VALUES ({key}, {value}, {runId}) ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value",
                cancellationToken
            )
            .ConfigureAwait(false);
        if (string.Equals(key, RunNameTag, StringComparison.Ordinal))
        {
            WriteRules.CheckFits(session.Schema, "runs", "name", value, "The name of a run");
            await session.ExecuteAsync($"UPDATE runs SET name = {value} WHERE run_uuid = {runId}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sets a registered model's tag.</summary>
    public static async Task SetOfModelAsync(SqlSession session, string name, string key, string value, CancellationToken cancellationToken)
    {
        WriteRules.CheckTag(session.Schema, "registered_model_tags", key, value);
        await RegistryStatements.RequireModelAsync(session, name, cancellationToken).ConfigureAwait(false);
        await session
            .ExecuteAsync(
                $"""
                INSERT INTO registered_model_tags (key, value, name) VALUES ({key}, {value}, {name})
                ON CONFLICT (key, name{session.Schema.WorkspaceInKey("registered_model_tags")}) DO UPDATE SET value = excluded.value
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Sets a version's tag.</summary>
    public static async Task SetOfVersionAsync(
        SqlSession session,
        string name,
        string version,
        string key,
        string value,
        CancellationToken cancellationToken
    )
    {
        WriteRules.CheckTag(session.Schema, "model_version_tags", key, value);
        var number = await RegistryStatements.RequireVersionAsync(session, name, version, cancellationToken).ConfigureAwait(false);
        await session
            .ExecuteAsync(
                $"""
                INSERT INTO model_version_tags (key, value, name, version) VALUES ({key}, {value}, {name}, {number})
                ON CONFLICT (key, name, version{session.Schema.WorkspaceInKey("model_version_tags")}) DO UPDATE SET value = excluded.value
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Sets a trace's tag.</summary>
    public static async Task SetOfTraceAsync(
        SqlSession session,
        string traceId,
        string key,
        string value,
        CancellationToken cancellationToken
    )
    {
        WriteRules.CheckTag(session.Schema, "trace_tags", key, value);
        if (
            !session.Schema.Has("trace_info")
            || !await session.AnyAsync($"SELECT 1 FROM trace_info WHERE request_id = {traceId}", cancellationToken).ConfigureAwait(false)
        )
        {
            throw new MlflowNotFoundException($"There is no trace {Printable.Text(traceId)}");
        }

        await session
            .ExecuteAsync(
                $"INSERT INTO trace_tags (key, value, request_id) VALUES ({key}, {value}, {traceId}) ON CONFLICT (key, request_id) DO UPDATE SET value = excluded.value",
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
