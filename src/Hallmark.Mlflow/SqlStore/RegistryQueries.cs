using System.Globalization;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Reads registered models and their versions, in the default workspace. A database without a registry reads as an empty one.</summary>
internal static class RegistryQueries
{
    /// <summary>All registered models by name, or all prompts.</summary>
    public static async Task<IReadOnlyList<RegisteredModel>> ListModelsAsync(
        SqlSession session,
        bool prompts,
        CancellationToken cancellationToken
    ) =>
        [
            .. (await ReadModelsAsync(session, name: null, cancellationToken).ConfigureAwait(false))
                .Where(model => Prompts.AreTagsOf(model.Tags) == prompts)
                .OrderBy(model => model.Name, StringComparer.Ordinal),
        ];

    /// <summary>One registered model, or null.</summary>
    public static async Task<RegisteredModel?> FindModelAsync(SqlSession session, string name, CancellationToken cancellationToken) =>
        await ReadModelsAsync(session, name, cancellationToken).ConfigureAwait(false) is [var model, ..] ? model : null;

    /// <summary>One version, or null.</summary>
    public static async Task<ModelVersion?> FindVersionAsync(
        SqlSession session,
        string name,
        long version,
        CancellationToken cancellationToken
    ) =>
        await ReadVersionsAsync(session, new SqlFragment("name ="), name, version, cancellationToken).ConfigureAwait(false)
            is [var found, ..]
            ? found
            : null;

    /// <summary>A model's versions, or a prompt's, lowest number first; none where it is of the other kind.</summary>
    public static async Task<IReadOnlyList<ModelVersion>> ListVersionsAsync(
        SqlSession session,
        string name,
        bool prompts,
        CancellationToken cancellationToken
    ) =>
        [
            .. (await ReadVersionsAsync(session, new SqlFragment("name ="), name, null, cancellationToken).ConfigureAwait(false)).Where(
                version => Prompts.AreTagsOf(version.Tags) == prompts
            ),
        ];

    /// <summary>The versions that came from a run, by name and number.</summary>
    public static async Task<IReadOnlyList<ModelVersion>> ListVersionsOfRunAsync(
        SqlSession session,
        string runId,
        CancellationToken cancellationToken
    ) =>
        runId.Length == 0
            ? []
            :
            [
                .. (
                    await ReadVersionsAsync(session, new SqlFragment("run_id ="), runId, null, cancellationToken).ConfigureAwait(false)
                ).Where(v => !Prompts.AreTagsOf(v.Tags)),
            ];

    private static async Task<List<RegisteredModel>> ReadModelsAsync(SqlSession session, string? name, CancellationToken cancellationToken)
    {
        if (!session.Schema.Has("registered_models"))
        {
            return [];
        }

        var all = name is null ? 1 : 0;
        var tags = new OwnedPairs();
        var aliases = new OwnedPairs();
        if (session.Schema.Has("registered_model_tags"))
        {
            await session
                .ReadAsync(
                    $"""
                    SELECT name, key, value FROM registered_model_tags
                    WHERE ({all} = 1 OR name = {name ?? ""}){session.Schema.AndDefaultWorkspace("registered_model_tags")}
                    """,
                    row => tags.Set(row.Text(0), row.Text(1), row.TextOrNull(2)),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        if (session.Schema.Has("registered_model_aliases"))
        {
            await session
                .ReadAsync(
                    $"""
                    SELECT name, alias, version FROM registered_model_aliases
                    WHERE ({all} = 1 OR name = {name ?? ""}){session.Schema.AndDefaultWorkspace("registered_model_aliases")}
                    """,
                    row => aliases.Set(row.Text(0), row.Text(1), row.IntegerText(2)),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return await session
            .ListAsync(
                $"SELECT name, description FROM registered_models WHERE ({all} = 1 OR name = {name ?? ""}){session.Schema.AndDefaultWorkspace("registered_models")}",
                row => new RegisteredModel(row.Text(0), row.TextOrNull(1) ?? "", tags.Of(row.Text(0)), aliases.Of(row.Text(0))),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<ModelVersion>> ReadVersionsAsync(
        SqlSession session,
        SqlFragment condition,
        string value,
        long? number,
        CancellationToken cancellationToken
    )
    {
        if (!session.Schema.Has("model_versions"))
        {
            return [];
        }

        var any = number is null ? 1 : 0;
        var versions = await session
            .ListAsync(
                $"""
                SELECT name, version, current_stage, source, run_id, description, status, creation_time, last_updated_time FROM model_versions
                WHERE {condition} {value} AND ({any} = 1 OR version = {number
                    ?? 0}) AND (current_stage IS NULL OR current_stage <> 'Deleted_Internal')
                    {session.Schema.AndDefaultWorkspace("model_versions")}
                """,
                row => new ModelVersion
                {
                    Name = row.Text(0),
                    Version = row.IntegerText(1),
                    CurrentStage = row.TextOrNull(2) ?? "None",
                    Source = row.TextOrNull(3),
                    RunId = row.TextOrNull(4) is { Length: > 0 } runId ? runId : null,
                    Description = row.TextOrNull(5) ?? "",
                    Status = row.TextOrNull(6) ?? "READY",
                    CreationTimestamp = row.IntegerOrNull(7),
                    LastUpdatedTimestamp = row.IntegerOrNull(8),
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (versions.Count == 0)
        {
            return versions;
        }

        var names = versions.Select(version => version.Name).Distinct(StringComparer.Ordinal).ToList();
        var tags = new OwnedPairs();
        if (session.Schema.Has("model_version_tags"))
        {
            foreach (var batch in names.Chunk(SqlMlflowStore.BatchSize))
            {
                await session
                    .ReadAsync(
                        $"SELECT name, version, key, value FROM model_version_tags WHERE name IN {batch}{session.Schema.AndDefaultWorkspace("model_version_tags")}",
                        row => tags.Set(Key(row.Text(0), row.IntegerText(1)), row.Text(2), row.TextOrNull(3)),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }

        var aliases = new OwnedPairs();
        if (session.Schema.Has("registered_model_aliases"))
        {
            foreach (var batch in names.Chunk(SqlMlflowStore.BatchSize))
            {
                await session
                    .ReadAsync(
                        $"SELECT name, version, alias FROM registered_model_aliases WHERE name IN {batch}{session.Schema.AndDefaultWorkspace("registered_model_aliases")}",
                        row => aliases.Set(Key(row.Text(0), row.IntegerText(1)), row.Text(2), value: null),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }

        return
        [
            .. versions
                .OrderBy(version => version.Name, StringComparer.Ordinal)
                .ThenBy(version => long.Parse(version.Version, CultureInfo.InvariantCulture))
                .Select(version =>
                    version with
                    {
                        Tags = tags.Of(Key(version.Name, version.Version)),
                        Aliases = [.. aliases.Of(Key(version.Name, version.Version)).Keys.Order(StringComparer.Ordinal)],
                    }
                ),
        ];
    }

    private static string Key(string name, string version) => version + "/" + name;
}
