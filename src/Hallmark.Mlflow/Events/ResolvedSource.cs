using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Where a model version's files really are.</summary>
/// <param name="Run">The run they came from, or null.</param>
/// <param name="Path">The run-relative path, else the artifact URI; null where the source says nothing.</param>
/// <param name="Artifacts">The files.</param>
internal sealed record ResolvedSource(MlflowRun? Run, string? Path, ArtifactSnapshot Artifacts)
{
    private const string ModelsScheme = "models:/";
    private const int MaxHops = 5;

    /// <summary>
    /// Follows a version's source to its files: <c>runs:/…</c>, <c>models:/m-…</c> (MLflow 3), <c>models:/&lt;name&gt;/&lt;version or alias&gt;</c>, or an artifact URI.
    /// The original looks at the path <c>model</c> for everything but the first, and so never verifies what MLflow itself registered.
    /// </summary>
    public static Task<ResolvedSource> FindAsync(
        IMlflowStore store,
        string? runId,
        string? source,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    ) => FindAsync(store, runId, source, 0, hashing, cancellationToken);

    private static async Task<ResolvedSource> FindAsync(
        IMlflowStore store,
        string? runId,
        string? source,
        int hops,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        var runs = RunsUri.Parse(source);
        if (runs.RunId is not null || source is null)
        {
            var named = await FindRunAsync(store, runId ?? runs.RunId, cancellationToken).ConfigureAwait(false);
            return named is null
                ? Nothing(null, source)
                : await InRunAsync(store, named, runs.Path ?? ArtifactPathChoice.Default, hashing, cancellationToken).ConfigureAwait(false);
        }

        if (source.StartsWith(ModelsScheme, StringComparison.Ordinal))
        {
            return await InRegistryAsync(store, runId, source[ModelsScheme.Length..], hops, hashing, cancellationToken)
                .ConfigureAwait(false);
        }

        var run = await FindRunAsync(store, runId, cancellationToken).ConfigureAwait(false);
        if (run is not null && ArtifactFolder.Below(run.ArtifactUri.TrimEnd('/'), source.TrimEnd('/')) is { } path)
        {
            return await InRunAsync(store, run, path, hashing, cancellationToken).ConfigureAwait(false);
        }

        return new ResolvedSource(
            run,
            source,
            await RunArtifacts.HashAsync(store.OpenArtifacts(source), "", hashing, cancellationToken).ConfigureAwait(false)
        );
    }

    private static async Task<ResolvedSource> InRegistryAsync(
        IMlflowStore store,
        string? runId,
        string rest,
        int hops,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 && !rest.Contains('@', StringComparison.Ordinal))
        {
            var model = await store.FindLoggedModelAsync(rest, cancellationToken).ConfigureAwait(false);
            var run = await FindRunAsync(store, runId ?? model?.SourceRunId, cancellationToken).ConfigureAwait(false);
            return model is null
                ? Nothing(run, ModelsScheme + rest)
                : new ResolvedSource(
                    run,
                    model.Name,
                    await RunArtifacts
                        .HashAsync(store.OpenArtifacts(model.ArtifactUri), "", hashing, cancellationToken)
                        .ConfigureAwait(false)
                );
        }

        // A version that was copied names another version; a ring of them must end.
        var version = hops < MaxHops ? await FindVersionAsync(store, rest, cancellationToken).ConfigureAwait(false) : null;
        return version is null
            ? Nothing(await FindRunAsync(store, runId, cancellationToken).ConfigureAwait(false), ModelsScheme + rest)
            : await FindAsync(store, runId ?? version.RunId, version.Source, hops + 1, hashing, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<ModelVersion?> FindVersionAsync(IMlflowStore store, string rest, CancellationToken cancellationToken)
    {
        var at = rest.LastIndexOf('@');
        if (at > 0)
        {
            var model = await store.FindRegisteredModelAsync(rest[..at], cancellationToken).ConfigureAwait(false);
            return model is not null && model.Aliases.TryGetValue(rest[(at + 1)..], out var aliased)
                ? await store.FindModelVersionAsync(model.Name, aliased, cancellationToken).ConfigureAwait(false)
                : null;
        }

        var slash = rest.LastIndexOf('/');
        return slash > 0 && rest[(slash + 1)..] is { Length: > 0 } number && number.All(char.IsAsciiDigit)
            ? await store.FindModelVersionAsync(rest[..slash], number, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private static async Task<ResolvedSource> InRunAsync(
        IMlflowStore store,
        MlflowRun run,
        string path,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    ) => new(run, path, await RunArtifacts.HashAsync(store, run, path, hashing, cancellationToken).ConfigureAwait(false));

    private static async Task<MlflowRun?> FindRunAsync(IMlflowStore store, string? runId, CancellationToken cancellationToken) =>
        runId is null ? null : await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);

    private static ResolvedSource Nothing(MlflowRun? run, string? source) =>
        new(run, null, ArtifactSnapshot.Empty(ArtifactStatus.HashFailed, $"the source {source ?? "(none)"} names no artifacts"));
}
