using System.Globalization;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Changes the model registry as MLflow's own SQL store does.</summary>
internal static class RegistryStatements
{
    /// <summary>Throws where there is no such registered model.</summary>
    public static async Task RequireModelAsync(SqlSession session, string name, CancellationToken cancellationToken)
    {
        if (!session.Schema.Has("registered_models") || !await ModelExistsAsync(session, name, cancellationToken).ConfigureAwait(false))
        {
            throw new MlflowNotFoundException($"There is no registered model {Printable.Text(name)}");
        }
    }

    /// <summary>The number of a version; throws where there is none, or where it is deleted.</summary>
    public static async Task<long> RequireVersionAsync(SqlSession session, string name, string version, CancellationToken cancellationToken)
    {
        var number = MlflowNames.Version(version);
        return await RegistryQueries.FindVersionAsync(session, name, number, cancellationToken).ConfigureAwait(false) is not null
            ? number
            : throw new MlflowNotFoundException($"There is no version {version} of the registered model {Printable.Text(name)}");
    }

    /// <summary>Makes a registered model.</summary>
    public static async Task<RegisteredModel> CreateModelAsync(
        SqlSession session,
        string name,
        long now,
        CancellationToken cancellationToken
    )
    {
        WriteRules.CheckModelName(name);
        WriteRules.CheckFits(session.Schema, "registered_models", "name", name, "The name of a registered model");
        RequireRegistry(session);
        if (await ModelExistsAsync(session, name, cancellationToken).ConfigureAwait(false))
        {
            throw new MlflowConflictException($"There is a registered model {Printable.Text(name)} already");
        }

        await session
            .ExecuteAsync(
                $"INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES ({name}, {now}, {now}, {""})",
                cancellationToken
            )
            .ConfigureAwait(false);
        return await RegistryQueries.FindModelAsync(session, name, cancellationToken).ConfigureAwait(false)
            ?? throw new MlflowNotFoundException($"There is no registered model {Printable.Text(name)}");
    }

    /// <summary>Makes the next version of a registered model.</summary>
    public static async Task<ModelVersion> CreateVersionAsync(
        SqlSession session,
        string name,
        string source,
        string? runId,
        long now,
        CancellationToken cancellationToken
    )
    {
        MlflowNames.Source(source);
        WriteRules.CheckFits(session.Schema, "model_versions", "source", source, "The source of a model version");
        WriteRules.CheckFits(session.Schema, "model_versions", "run_id", runId ?? "", "The run id of a model version");
        await RequireModelAsync(session, name, cancellationToken).ConfigureAwait(false);
        var (location, sourceRunId) = await ResolveAsync(session, source, cancellationToken).ConfigureAwait(false);
        runId ??= sourceRunId;

        // Deleted versions count: MLflow never gives a number twice.
        var last = await session
            .ListAsync(
                $"SELECT MAX(version) FROM model_versions WHERE name = {name}{session.Schema.AndDefaultWorkspace("model_versions")}",
                row => row.IntegerOrNull(0) ?? 0,
                cancellationToken
            )
            .ConfigureAwait(false);
        var number = MlflowNames.VersionAfter(name, last[0]);
        await session
            .ExecuteAsync(
                $"""
                INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, user_id, current_stage, source, run_id, status, run_link)
                VALUES ({name}, {number}, {now}, {now}, '', NULL, 'None', {source}, {runId ?? ""}, 'READY', '')
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (session.Schema.Has("model_versions", "storage_location"))
        {
            WriteRules.CheckFits(session.Schema, "model_versions", "storage_location", location, "The storage location of a model version");
            await session
                .ExecuteAsync(
                    $"""
                    UPDATE model_versions SET storage_location = {location}
                    WHERE name = {name} AND version = {number}{session.Schema.AndDefaultWorkspace("model_versions")}
                    """,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        await TouchModelAsync(session, name, now, cancellationToken).ConfigureAwait(false);
        return await ReadBackAsync(session, name, number, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves a version to a stage.</summary>
    public static async Task<ModelVersion> TransitionAsync(
        SqlSession session,
        string name,
        string version,
        string stage,
        bool archiveExisting,
        long now,
        CancellationToken cancellationToken
    )
    {
        var canonical = archiveExisting ? ModelStages.CanonicalToArchive(stage) : ModelStages.Canonical(stage);
        var number = await RequireVersionAsync(session, name, version, cancellationToken).ConfigureAwait(false);
        if (archiveExisting)
        {
            await session
                .ExecuteAsync(
                    $"""
                    UPDATE model_versions SET current_stage = {ModelStages.Archived}, last_updated_time = {now}
                    WHERE name = {name} AND version <> {number} AND current_stage = {canonical}{session.Schema.AndDefaultWorkspace(
                        "model_versions"
                    )}
                    """,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        await session
            .ExecuteAsync(
                $"""
                UPDATE model_versions SET current_stage = {canonical}, last_updated_time = {now}
                WHERE name = {name} AND version = {number}{session.Schema.AndDefaultWorkspace("model_versions")}
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
        await TouchModelAsync(session, name, now, cancellationToken).ConfigureAwait(false);
        return await ReadBackAsync(session, name, number, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Points an alias at a version.</summary>
    public static async Task SetAliasAsync(
        SqlSession session,
        string name,
        string alias,
        string version,
        CancellationToken cancellationToken
    )
    {
        MlflowNames.Alias(alias);
        var number = await RequireVersionAsync(session, name, version, cancellationToken).ConfigureAwait(false);
        await session
            .ExecuteAsync(
                $"""
                INSERT INTO registered_model_aliases (alias, version, name) VALUES ({alias}, {number}, {name})
                ON CONFLICT (name, alias{session.Schema.WorkspaceInKey(
                    "registered_model_aliases"
                )}) DO UPDATE SET version = excluded.version
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Removes an alias, where there is one.</summary>
    public static async Task DeleteAliasAsync(SqlSession session, string name, string alias, CancellationToken cancellationToken)
    {
        await RequireModelAsync(session, name, cancellationToken).ConfigureAwait(false);
        await session
            .ExecuteAsync(
                $"DELETE FROM registered_model_aliases WHERE name = {name} AND alias = {alias}{session.Schema.AndDefaultWorkspace("registered_model_aliases")}",
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static Task<bool> ModelExistsAsync(SqlSession session, string name, CancellationToken cancellationToken) =>
        session.AnyAsync(
            $"SELECT 1 FROM registered_models WHERE name = {name}{session.Schema.AndDefaultWorkspace("registered_models")}",
            cancellationToken
        );

    private static void RequireRegistry(SqlSession session)
    {
        if (!session.Schema.Has("registered_models"))
        {
            throw new MlflowFormatException(
                "The database has no model registry",
                "MLflow makes it when a server opens the database as its registry"
            );
        }
    }

    /// <summary>Where the files are, and the run: a source of <c>models:/m-…</c> is a logged model and has both; any other source is its own place.</summary>
    private static async Task<(string Location, string? RunId)> ResolveAsync(
        SqlSession session,
        string source,
        CancellationToken cancellationToken
    )
    {
        const string LoggedModelScheme = "models:/m-";
        if (
            !source.StartsWith(LoggedModelScheme, StringComparison.Ordinal) || source.AsSpan(LoggedModelScheme.Length).ContainsAny('/', '@')
        )
        {
            return (source, null);
        }

        var model =
            await LoggedModelQueries.FindAsync(session, source["models:/".Length..], cancellationToken).ConfigureAwait(false)
            ?? throw new MlflowNotFoundException($"There is no logged model for the source {Printable.Text(source)}");
        return (model.ArtifactUri, model.SourceRunId);
    }

    private static Task<int> TouchModelAsync(SqlSession session, string name, long now, CancellationToken cancellationToken) =>
        session.ExecuteAsync(
            $"UPDATE registered_models SET last_updated_time = {now} WHERE name = {name}{session.Schema.AndDefaultWorkspace("registered_models")}",
            cancellationToken
        );

    private static async Task<ModelVersion> ReadBackAsync(
        SqlSession session,
        string name,
        long number,
        CancellationToken cancellationToken
    ) =>
        await RegistryQueries.FindVersionAsync(session, name, number, cancellationToken).ConfigureAwait(false)
        ?? throw new MlflowNotFoundException(
            string.Create(CultureInfo.InvariantCulture, $"There is no version {number} of the registered model {Printable.Text(name)}")
        );
}
