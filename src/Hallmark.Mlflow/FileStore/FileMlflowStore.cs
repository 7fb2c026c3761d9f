using System.Runtime.CompilerServices;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>An MLflow store in a folder (<c>mlruns</c>), as MLflow 2.14 to 3.x lay it out; tracking and registry in one.</summary>
/// <remarks>Who controls the folder can change everything in it; MLflow itself keeps no trace of that. Nothing outside the folder is ever touched.</remarks>
public sealed class FileMlflowStore : IMlflowStore
{
    private readonly StorePlace _place;
    private readonly StoreFolder _store;
    private readonly ArtifactLocator _artifacts;
    private readonly ExperimentReader _experiments;
    private readonly RunReader _runs;
    private readonly LoggedModelReader _loggedModels;
    private readonly TraceReader _traces;
    private readonly AssessmentReader _assessments;
    private readonly RegistryReader _registry;
    private readonly TagWriter _tags;
    private readonly RegistryWriter _registryWriter;

    private FileMlflowStore(string trackingUri, StoreFolder store, MlflowStoreOptions options)
    {
        TrackingUri = trackingUri;
        _place = StorePlace.OfPath("", store.Root, options.Relocations);
        _store = store;
        _artifacts = new ArtifactLocator(options.Relocations);
        _experiments = new ExperimentReader(store);
        _runs = new RunReader(store, _experiments);
        _loggedModels = new LoggedModelReader(store, _experiments);
        _traces = new TraceReader(store, _experiments);
        _assessments = new AssessmentReader(store);
        _registry = new RegistryReader(store);
        _tags = new TagWriter(store);
        _registryWriter = new RegistryWriter(store, _registry, _loggedModels, _tags, options.Time);
    }

    /// <inheritdoc />
    public string TrackingUri { get; }

    /// <inheritdoc />
    public string Place => _place.Place;

    /// <inheritdoc />
    public IReadOnlyList<string> FormerPlaces => _place.FormerPlaces;

    /// <summary>Opens a folder by path or <c>file:</c> URI.</summary>
    /// <exception cref="BadInputException">There is no such folder, it is empty, or it is no MLflow store.</exception>
    public static FileMlflowStore Open(MlflowStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var shown = Printable.Text(options.TrackingUri);
        var root =
            options.TrackingUri.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? ArtifactUri.Parse(options.TrackingUri).Path
            : options.TrackingUri is { Length: > 0 } path && !path.Contains('\0', StringComparison.Ordinal) ? Path.GetFullPath(path)
            : throw new BadInputException("The tracking URI is empty or contains a NUL character", "name a folder, such as ./mlruns");
        if (!Directory.Exists(root))
        {
            throw new MlflowNotFoundException(
                File.Exists(root) ? $"The tracking URI '{shown}' names a file, not a folder" : $"There is no folder '{shown}' ({root})",
                "set --tracking-uri or MLFLOW_TRACKING_URI; a database is written sqlite:///path/to/mlflow.db"
            );
        }

        var store = new StoreFolder(root);
        if (!new ExperimentReader(store).IsStore)
        {
            throw new MlflowNotFoundException(
                store.List(store.Root).Count == 0
                    ? $"The folder '{shown}' is empty: no MLflow store was written there yet"
                    : $"The folder '{shown}' holds no MLflow store: neither experiments nor models",
                "a file store has a folder for each experiment with a meta.yaml in it; often the folder is called mlruns"
            );
        }

        return new FileMlflowStore(options.TrackingUri, store, options);
    }

    /// <inheritdoc />
    public Task<StoreSize> MeasureAsync(int mostRuns, CancellationToken cancellationToken) =>
        Read(() => _runs.Measure(mostRuns), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Experiment>> ListExperimentsAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Experiment>>(() => [.. _experiments.Folders().Select(_experiments.Read)], cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<MlflowRun> ListRunsAsync(
        string experimentId,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var folder in await Read(() => _runs.Folders(experimentId), cancellationToken).ConfigureAwait(false))
        {
            yield return await Read(() => _runs.Read(folder), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public Task<MlflowRun?> FindRunAsync(string runId, CancellationToken cancellationToken) =>
        Read(() => _runs.Find(runId), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<MetricPoint>> ReadMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken) =>
        Read(() => _runs.History(runId, key), cancellationToken);

    /// <inheritdoc />
    public Task<LoggedModel?> FindLoggedModelAsync(string modelId, CancellationToken cancellationToken) =>
        Read(() => _loggedModels.Find(modelId), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedModel>> ListLoggedModelsAsync(string experimentId, CancellationToken cancellationToken) =>
        Read(() => _loggedModels.List(experimentId), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedModelMetric>> ReadLoggedModelMetricsAsync(string modelId, CancellationToken cancellationToken) =>
        Read(() => _loggedModels.Metrics(modelId), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RegisteredModel>> ListRegisteredModelsAsync(CancellationToken cancellationToken) =>
        Read(() => _registry.List(prompts: false), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RegisteredModel>> ListPromptsAsync(CancellationToken cancellationToken) =>
        Read(() => _registry.List(prompts: true), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListPromptVersionsAsync(string name, CancellationToken cancellationToken) =>
        Read(() => _registry.Versions(name, prompts: true), cancellationToken);

    /// <inheritdoc />
    public Task<RegisteredModel?> FindRegisteredModelAsync(string name, CancellationToken cancellationToken) =>
        Read(() => _registry.FindFolder(name) is { } folder ? _registry.Read(folder) : null, cancellationToken);

    /// <inheritdoc />
    public Task<ModelVersion?> FindModelVersionAsync(string name, string version, CancellationToken cancellationToken) =>
        Read(
            () =>
                _registry.FindVersionFolder(name, version) is { } folder
                    ? _registry.ReadVersion(folder, _registry.Aliases(_registry.FolderOf(name)))
                    : null,
            cancellationToken
        );

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListModelVersionsAsync(string name, CancellationToken cancellationToken) =>
        Read(() => _registry.Versions(name, prompts: false), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListModelVersionsOfRunAsync(string runId, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<ModelVersion>>(
            () =>
                MlflowNames.RunId(runId) is var id
                    ? [.. _registry.AllVersions().Where(version => version.RunId == id && !Prompts.AreTagsOf(version.Tags))]
                    : [],
            cancellationToken
        );

    /// <inheritdoc />
    public Task<Trace?> FindTraceAsync(string traceId, CancellationToken cancellationToken) =>
        Read(() => _traces.Find(traceId), cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<Trace> ListTracesAsync(string experimentId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var folder in await Read(() => _traces.Folders(experimentId), cancellationToken).ConfigureAwait(false))
        {
            yield return await Read(() => _traces.Read(folder), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Assessment>> ListAssessmentsAsync(string traceId, CancellationToken cancellationToken) =>
        Read(() => _traces.FindFolder(traceId) is { } folder ? _assessments.List(folder, traceId) : [], cancellationToken);

    /// <inheritdoc />
    public async Task SetRunTagAsync(string runId, string key, string value, CancellationToken cancellationToken)
    {
        MlflowNames.TagValue(MlflowNames.Key(key), value, MlflowNames.MaxRunTagLength);
        var folder = await Read(() => _runs.FindFolder(runId), cancellationToken).ConfigureAwait(false) ?? throw Missing("run", runId);
        await _tags.SetOfRunAsync(folder, key, value, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task SetTraceTagAsync(string traceId, string key, string value, CancellationToken cancellationToken)
    {
        MlflowNames.TagValue(MlflowNames.Key(key), value, MlflowNames.MaxRunTagLength);
        var folder =
            await Read(() => _traces.FindFolder(traceId), cancellationToken).ConfigureAwait(false) ?? throw Missing("trace", traceId);
        await _tags.SetAsync(folder, key, value, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken) =>
        _registryWriter.SetTagAsync(name, null, key, value, cancellationToken);

    /// <inheritdoc />
    public Task SetModelVersionTagAsync(string name, string version, string key, string value, CancellationToken cancellationToken) =>
        _registryWriter.SetTagAsync(name, version, key, value, cancellationToken);

    /// <inheritdoc />
    public Task<RegisteredModel> CreateRegisteredModelAsync(string name, CancellationToken cancellationToken) =>
        _registryWriter.CreateModelAsync(name, cancellationToken);

    /// <inheritdoc />
    public Task<ModelVersion> CreateModelVersionAsync(string name, string source, string? runId, CancellationToken cancellationToken) =>
        _registryWriter.CreateVersionAsync(name, source, runId is null ? null : MlflowNames.RunId(runId), cancellationToken);

    /// <inheritdoc />
    public Task<ModelVersion> TransitionStageAsync(
        string name,
        string version,
        string stage,
        bool archiveExisting,
        CancellationToken cancellationToken
    ) => _registryWriter.TransitionStageAsync(name, version, stage, archiveExisting, cancellationToken);

    /// <inheritdoc />
    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken) =>
        _registryWriter.SetAliasAsync(name, alias, version, cancellationToken);

    /// <inheritdoc />
    public Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken) =>
        _registryWriter.DeleteAliasAsync(name, alias, cancellationToken);

    /// <inheritdoc />
    public IArtifactRepository OpenArtifacts(string artifactUri) => _artifacts.OpenLocal(artifactUri);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MlflowNotFoundException Missing(string what, string id) =>
        new($"There is no {what} '{Printable.Text(id)}' in the MLflow store at {_store.Root}");

    // Off the caller's thread: the disk may be slow, and .NET has no asynchronous way to list folders.
    private static Task<T> Read<T>(Func<T> read, CancellationToken cancellationToken) => Task.Run(read, cancellationToken);
}
