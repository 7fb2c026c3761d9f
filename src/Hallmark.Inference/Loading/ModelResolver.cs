using System.Globalization;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Inference.Loading;

/// <summary>Looks up what a model's URI stands for. A store that does not answer is a failure here, never a model without proofs.</summary>
internal static class ModelResolver
{
    /// <exception cref="MlflowNotFoundException">There is no such model, version, alias or run.</exception>
    /// <exception cref="MlflowUnavailableException">The store does not answer.</exception>
    public static async Task<ResolvedModel> ResolveAsync(ModelUri uri, Func<IMlflowStore> openStore, CancellationToken cancellationToken)
    {
        if (uri.Kind is ModelUriKind.Folder)
        {
            return Directory.Exists(uri.Name)
                ? new ResolvedModel(uri, null, null, null, null, OfFolder(uri.Name))
                : throw new MlflowNotFoundException($"there is no folder {uri.Name}", "check the path of the model");
        }

        var store = openStore();
        if (uri.Kind is ModelUriKind.LoggedModel)
        {
            var model =
                await store.FindLoggedModelAsync(uri.Name, cancellationToken).ConfigureAwait(false)
                ?? throw NotFound(store, $"logged model \"{uri.Name}\"", $"a registered model needs a version: models:/{uri.Name}/1");
            var files = await LocatedArtifacts.FindAsync(store, model.SourceRunId, uri.Text, cancellationToken).ConfigureAwait(false);
            return new ResolvedModel(uri, model.Name, model.ModelId, model.SourceRunId, null, files);
        }

        if (uri.Kind is ModelUriKind.Run)
        {
            var files = await LocatedArtifacts.FindAsync(store, null, uri.Text, cancellationToken).ConfigureAwait(false);
            return files.Run is null
                ? throw NotFound(store, $"run {uri.Name}", "list the runs: hallmark runs")
                : new ResolvedModel(uri, null, null, files.Run.RunId, null, files);
        }

        var version = await FindVersionAsync(store, uri, cancellationToken).ConfigureAwait(false);
        var located = await LocatedArtifacts.FindAsync(store, version, cancellationToken).ConfigureAwait(false);
        return new ResolvedModel(
            uri,
            version.Name,
            version.Version,
            version.RunId ?? located.Run?.RunId,
            version.Tags.GetValueOrDefault(ArioTags.RegistrationTx) is { Length: > 0 } transaction ? transaction : null,
            located
        );
    }

    private static async Task<ModelVersion> FindVersionAsync(IMlflowStore store, ModelUri uri, CancellationToken cancellationToken)
    {
        if (uri.Kind is ModelUriKind.Stage or ModelUriKind.Latest)
        {
            // Fetched and filtered here: not every server searches by stage.
            var versions = await store.ListModelVersionsAsync(uri.Name, cancellationToken).ConfigureAwait(false);
            return versions
                    .Where(version => uri.Kind is ModelUriKind.Latest || version.CurrentStage == uri.Selector)
                    .MaxBy(version => long.TryParse(version.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0)
                ?? throw NotFound(
                    store,
                    uri.Kind is ModelUriKind.Latest ? $"version of \"{uri.Name}\"" : $"version of \"{uri.Name}\" in {uri.Selector}",
                    "check the model's name and stage"
                );
        }

        var number = uri.Selector;
        if (uri.Kind is ModelUriKind.Alias)
        {
            var model =
                await store.FindRegisteredModelAsync(uri.Name, cancellationToken).ConfigureAwait(false)
                ?? throw NotFound(store, $"registered model \"{uri.Name}\"", "check the model's name");
            number = model.Aliases.TryGetValue(uri.Selector, out var aliased)
                ? aliased
                : throw NotFound(store, $"alias \"{uri.Selector}\" of \"{uri.Name}\"", "check the alias");
        }

        return await store.FindModelVersionAsync(uri.Name, number, cancellationToken).ConfigureAwait(false)
            ?? throw NotFound(store, $"version {number} of \"{uri.Name}\"", "check the model's name and version");
    }

    private static LocatedArtifacts OfFolder(string path) =>
        new(null, path, [new ArtifactPlace(new LocalArtifactRepository(ArtifactUri.Parse(path)), "")]);

    private static MlflowNotFoundException NotFound(IMlflowStore store, string what, string hint) =>
        new($"there is no {what} in {store.TrackingUri}", hint);
}
