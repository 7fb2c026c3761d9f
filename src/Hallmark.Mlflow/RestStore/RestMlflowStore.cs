using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>An MLflow tracking server with its registry, 2.14 to 3.x, over its REST API.</summary>
/// <remarks>
/// specs/mlflow.md §0 and §1. Whoever controls the server can answer anything: what is read here is the store's claim, never evidence by itself.
/// </remarks>
public sealed class RestMlflowStore : IMlflowStore
{
    private readonly StorePlace _place;
    private readonly MlflowHttp _http;
    private readonly RunRoutes _runs;
    private readonly RegistryRoutes _registry;
    private readonly TraceRoutes _traces;
    private readonly ServerArtifactLocator _artifacts;
    private HttpClient? _owned;

    /// <param name="options">Tracking URI <c>http(s)://host[:port][/prefix]</c>, credentials, relocations, clock.</param>
    /// <param name="http">The transport, best made with <see cref="MlflowServerHandler"/>; not disposed here. A base address or default headers are not needed.</param>
    /// <param name="limits">Bounds of time and size.</param>
    /// <exception cref="BadInputException">The URI is not an absolute http or https address.</exception>
    public RestMlflowStore(MlflowStoreOptions options, HttpClient http, MlflowServerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(limits);
        if (
            !Handles(options.TrackingUri)
            || !Uri.TryCreate(options.TrackingUri, UriKind.Absolute, out var address)
            || address.IdnHost.Length == 0
        )
        {
            throw new BadInputException(
                "The tracking URI is not an http or https address",
                "write it as http://host:5000 or https://host/prefix"
            );
        }

        _http = new MlflowHttp(address, http, options.Credentials, limits, options.Time);
        _artifacts = new ServerArtifactLocator(_http, options.Relocations);
        _runs = new RunRoutes(_http);
        _registry = new RegistryRoutes(_http);
        _traces = new TraceRoutes(_http);
        TrackingUri = _http.Base.ToString().TrimEnd('/');
        _place = StorePlace.OfAddress(TrackingUri, options.Relocations);
    }

    /// <summary>True for <c>http:</c> and <c>https:</c>.</summary>
    public static bool Handles(string trackingUri) => TrackingUris.SchemeOf(trackingUri) is "http" or "https";

    /// <summary>Opens a server with <see cref="MlflowStoreOptions.CreateHttpClient"/>, or with a transport of its own where that is not set.</summary>
    /// <exception cref="BadInputException">The URI is not an absolute http or https address.</exception>
    public static RestMlflowStore Open(MlflowStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var http = options.CreateHttpClient is { } create
            ? create(options.AllowInsecureTls)
            : new HttpClient(MlflowServerHandler.Create(options.AllowInsecureTls), disposeHandler: true);
        try
        {
            return new RestMlflowStore(options, http, new MlflowServerLimits()) { _owned = http };
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public string TrackingUri { get; }

    /// <inheritdoc />
    public string Place => _place.Place;

    /// <inheritdoc />
    public IReadOnlyList<string> FormerPlaces => _place.FormerPlaces;

    /// <inheritdoc />
    public Task<StoreSize> MeasureAsync(int mostRuns, CancellationToken cancellationToken) =>
        _runs.MeasureAsync(mostRuns, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Experiment>> ListExperimentsAsync(CancellationToken cancellationToken) =>
        _runs.ListExperimentsAsync(cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<MlflowRun> ListRunsAsync(string experimentId, CancellationToken cancellationToken) =>
        _runs.ListRunsAsync(experimentId, cancellationToken);

    /// <inheritdoc />
    public Task<MlflowRun?> FindRunAsync(string runId, CancellationToken cancellationToken) => _runs.FindRunAsync(runId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<MetricPoint>> ReadMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken) =>
        _runs.ReadMetricHistoryAsync(runId, key, cancellationToken);

    /// <inheritdoc />
    public Task<LoggedModel?> FindLoggedModelAsync(string modelId, CancellationToken cancellationToken) =>
        _runs.FindLoggedModelAsync(modelId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedModel>> ListLoggedModelsAsync(string experimentId, CancellationToken cancellationToken) =>
        _runs.ListLoggedModelsAsync(experimentId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedModelMetric>> ReadLoggedModelMetricsAsync(string modelId, CancellationToken cancellationToken) =>
        _runs.ReadLoggedModelMetricsAsync(modelId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RegisteredModel>> ListRegisteredModelsAsync(CancellationToken cancellationToken) =>
        _registry.ListRegisteredModelsAsync(prompts: false, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RegisteredModel>> ListPromptsAsync(CancellationToken cancellationToken) =>
        _registry.ListRegisteredModelsAsync(prompts: true, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListPromptVersionsAsync(string name, CancellationToken cancellationToken) =>
        _registry.ListPromptVersionsAsync(name, cancellationToken);

    /// <inheritdoc />
    public Task<RegisteredModel?> FindRegisteredModelAsync(string name, CancellationToken cancellationToken) =>
        _registry.FindRegisteredModelAsync(name, cancellationToken);

    /// <inheritdoc />
    public Task<ModelVersion?> FindModelVersionAsync(string name, string version, CancellationToken cancellationToken) =>
        _registry.FindModelVersionAsync(name, version, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListModelVersionsAsync(string name, CancellationToken cancellationToken) =>
        _registry.ListModelVersionsAsync(name, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListModelVersionsOfRunAsync(string runId, CancellationToken cancellationToken) =>
        _registry.ListModelVersionsOfRunAsync(runId, cancellationToken);

    /// <inheritdoc />
    public Task<Trace?> FindTraceAsync(string traceId, CancellationToken cancellationToken) =>
        _traces.FindTraceAsync(traceId, cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<Trace> ListTracesAsync(string experimentId, CancellationToken cancellationToken) =>
        _traces.ListTracesAsync(experimentId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Assessment>> ListAssessmentsAsync(string traceId, CancellationToken cancellationToken) =>
        _traces.ListAssessmentsAsync(traceId, cancellationToken);

    /// <inheritdoc />
    public Task SetRunTagAsync(string runId, string key, string value, CancellationToken cancellationToken) =>
        _runs.SetRunTagAsync(runId, key, value, cancellationToken);

    /// <inheritdoc />
    public Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken) =>
        _registry.SetRegisteredModelTagAsync(name, key, value, cancellationToken);

    /// <inheritdoc />
    public Task SetModelVersionTagAsync(string name, string version, string key, string value, CancellationToken cancellationToken) =>
        _registry.SetModelVersionTagAsync(name, version, key, value, cancellationToken);

    /// <inheritdoc />
    public Task SetTraceTagAsync(string traceId, string key, string value, CancellationToken cancellationToken) =>
        _traces.SetTraceTagAsync(traceId, key, value, cancellationToken);

    /// <inheritdoc />
    public Task<RegisteredModel> CreateRegisteredModelAsync(string name, CancellationToken cancellationToken) =>
        _registry.CreateRegisteredModelAsync(name, cancellationToken);

    /// <inheritdoc />
    public Task<ModelVersion> CreateModelVersionAsync(string name, string source, string? runId, CancellationToken cancellationToken) =>
        _registry.CreateModelVersionAsync(name, source, runId, cancellationToken);

    /// <inheritdoc />
    public Task<ModelVersion> TransitionStageAsync(
        string name,
        string version,
        string stage,
        bool archiveExisting,
        CancellationToken cancellationToken
    ) => _registry.TransitionStageAsync(name, version, stage, archiveExisting, cancellationToken);

    /// <inheritdoc />
    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken) =>
        _registry.SetAliasAsync(name, alias, version, cancellationToken);

    /// <inheritdoc />
    public Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken) =>
        _registry.DeleteAliasAsync(name, alias, cancellationToken);

    /// <inheritdoc />
    public IArtifactRepository OpenArtifacts(string artifactUri) => _artifacts.Open(artifactUri);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _owned?.Dispose();
        return ValueTask.CompletedTask;
    }
}
