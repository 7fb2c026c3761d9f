using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>Finds what the user named, or says that it is not there.</summary>
internal static class ArioLookup
{
    public static async Task<MlflowRun> RunAsync(IMlflowStore store, string runId, CancellationToken cancellationToken) =>
        await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false)
        ?? throw new MlflowNotFoundException($"there is no run {ArioText.Shown(runId)} in {store.TrackingUri}");

    public static async Task<ModelVersion> VersionAsync(
        IMlflowStore store,
        string name,
        string version,
        CancellationToken cancellationToken
    ) =>
        await store.FindModelVersionAsync(name, version, cancellationToken).ConfigureAwait(false)
        ?? throw new MlflowNotFoundException(
            $"there is no version {ArioText.Shown(version)} of the model \"{ArioText.Shown(name)}\" in {store.TrackingUri}"
        );
}
