using System.Collections.Immutable;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Where a model's files really are, whatever URI names them. Nothing of them was read yet.</summary>
/// <param name="Run">The run they came from, or null.</param>
/// <param name="Path">The run-relative path, else the artifact URI; null where the source says nothing.</param>
/// <param name="Places">Where the files lie; of equal names the first place's counts. Empty where the source names no artifacts.</param>
public sealed record LocatedArtifacts(MlflowRun? Run, string? Path, ImmutableArray<ArtifactPlace> Places)
{
    private const string ModelsScheme = "models:/";
    private const int MaxHops = 5;

    /// <summary>
    /// Follows a version's source to its files: <c>runs:/…</c>, <c>models:/m-…</c> (MLflow 3), <c>models:/&lt;name&gt;/&lt;version or alias&gt;</c>, or an artifact URI.
    /// The original looks at the path <c>model</c> for everything but the first, and so never verifies what MLflow itself registered.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="runId">The run, where it is known otherwise; or null.</param>
    /// <param name="source">The source; null for the run's default path.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MlflowUnavailableException">The store does not answer, or the artifacts' scheme cannot be reached from here.</exception>
    /// <exception cref="Hallmark.Core.Failures.BadInputException">The path leaves the run.</exception>
    public static Task<LocatedArtifacts> FindAsync(IMlflowStore store, string? runId, string? source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return FindAsync(store, runId, source, 0, cancellationToken);
    }

    /// <summary>A version's files. A version without a run id (the documented quick start leaves it empty) has the run that its source names.</summary>
    /// <inheritdoc cref="FindAsync(IMlflowStore, string, string, CancellationToken)" />
    public static async Task<LocatedArtifacts> FindAsync(IMlflowStore store, ModelVersion version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(version);
        var runId = await VersionRun.FindIdAsync(store, version, cancellationToken).ConfigureAwait(false);
        return await FindAsync(store, runId, version.Source, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<LocatedArtifacts> FindAsync(
        IMlflowStore store,
        string? runId,
        string? source,
        int hops,
        CancellationToken cancellationToken
    )
    {
        var runs = RunsUri.Parse(source);
        if (runs.RunId is not null || source is null)
        {
            var named = await FindRunAsync(store, runId ?? runs.RunId, cancellationToken).ConfigureAwait(false);
            return named is null
                ? new LocatedArtifacts(null, null, [])
                : await InRunAsync(store, named, runs.Path ?? ArtifactPathChoice.Default, cancellationToken).ConfigureAwait(false);
        }

        if (source.StartsWith(ModelsScheme, StringComparison.Ordinal))
        {
            return await InRegistryAsync(store, runId, source[ModelsScheme.Length..], hops, cancellationToken).ConfigureAwait(false);
        }

        var run = await FindRunAsync(store, runId, cancellationToken).ConfigureAwait(false);
        return run is not null && ArtifactFolder.Below(run.ArtifactUri.TrimEnd('/'), source.TrimEnd('/')) is { } path
            ? await InRunAsync(store, run, path, cancellationToken).ConfigureAwait(false)
            : new LocatedArtifacts(run, source, [new ArtifactPlace(store.OpenArtifacts(source), "")]);
    }

    private static async Task<LocatedArtifacts> InRegistryAsync(
        IMlflowStore store,
        string? runId,
        string rest,
        int hops,
        CancellationToken cancellationToken
    )
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 && !rest.Contains('@', StringComparison.Ordinal))
        {
            var model = MlflowNames.IsLoggedModelId(rest)
                ? await store.FindLoggedModelAsync(rest, cancellationToken).ConfigureAwait(false)
                : null;
            var run = await FindRunAsync(store, runId ?? model?.SourceRunId, cancellationToken).ConfigureAwait(false);
            return model is null
                ? new LocatedArtifacts(run, null, [])
                : new LocatedArtifacts(run, model.Name, [new ArtifactPlace(store.OpenArtifacts(model.ArtifactUri), "")]);
        }

        // A version that was copied names another version; a ring of them must end.
        var version = hops < MaxHops ? await FindVersionAsync(store, rest, cancellationToken).ConfigureAwait(false) : null;
        return version is null
            ? new LocatedArtifacts(await FindRunAsync(store, runId, cancellationToken).ConfigureAwait(false), null, [])
            : await FindAsync(store, runId ?? version.RunId, version.Source, hops + 1, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<ModelVersion?> FindVersionAsync(IMlflowStore store, string rest, CancellationToken cancellationToken)
    {
        // A name may hold an @: only where no slash sets a version apart does one set an alias apart.
        var slash = rest.LastIndexOf('/');
        var at = slash < 0 ? rest.LastIndexOf('@') : -1;
        if (at > 0)
        {
            var model = await store.FindRegisteredModelAsync(rest[..at], cancellationToken).ConfigureAwait(false);
            return
                model is not null
                && model.Aliases.TryGetValue(rest[(at + 1)..], out var aliased)
                && MlflowNames.FindVersion(aliased) is not null
                ? await store.FindModelVersionAsync(model.Name, aliased, cancellationToken).ConfigureAwait(false)
                : null;
        }

        return slash > 0 && rest[(slash + 1)..] is var number && MlflowNames.FindVersion(number) is not null
            ? await store.FindModelVersionAsync(rest[..slash], number, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private static async Task<LocatedArtifacts> InRunAsync(
        IMlflowStore store,
        MlflowRun run,
        string path,
        CancellationToken cancellationToken
    ) => new(run, path, await RunArtifacts.LocateAsync(store, run, path, cancellationToken).ConfigureAwait(false));

    private static async Task<MlflowRun?> FindRunAsync(IMlflowStore store, string? runId, CancellationToken cancellationToken) =>
        runId is null ? null : await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
}
