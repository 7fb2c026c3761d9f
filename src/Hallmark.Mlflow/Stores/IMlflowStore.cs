using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Stores;

/// <summary>
/// An MLflow tracking store with its model registry: a server (REST), a folder (file store) or a database (SQL). All three give the same answers for the
/// same content. Looking for something that is not there gives null; a store that does not answer throws <see cref="MlflowUnavailableException"/>; one
/// whose bytes make no sense, <see cref="MlflowFormatException"/>; writing to what does not exist, <see cref="MlflowNotFoundException"/>.
/// </summary>
public interface IMlflowStore : IAsyncDisposable
{
    /// <summary>The tracking URI as the user wrote it, without credentials.</summary>
    string TrackingUri { get; }

    /// <summary>
    /// Where the store is, the same text however and from whatever folder the tracking URI was written: an address without credentials, an absolute path without links. It can be opened again by it.
    /// </summary>
    string Place => TrackingUris.Normalise(TrackingUri);

    /// <summary>Where the store was, as the relocations say; empty where none concerns it.</summary>
    IReadOnlyList<string> FormerPlaces => [];

    /// <summary>Counts experiments and runs, the deleted ones too, cheaply: to say how much was looked at in vain.</summary>
    /// <param name="mostRuns">Counting stops here; 1 to 1000.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<StoreSize> MeasureAsync(int mostRuns, CancellationToken cancellationToken);

    /// <summary>All experiments, the deleted ones too, by id.</summary>
    Task<IReadOnlyList<Experiment>> ListExperimentsAsync(CancellationToken cancellationToken);

    /// <summary>All runs of an experiment, the deleted ones too, newest start first.</summary>
    IAsyncEnumerable<MlflowRun> ListRunsAsync(string experimentId, CancellationToken cancellationToken);

    /// <summary>A run with params, latest metrics, tags, inputs and outputs; or null.</summary>
    Task<MlflowRun?> FindRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Every point of a metric, ordered by timestamp, step, value (a NaN after all numbers); empty where there is none.</summary>
    Task<IReadOnlyList<MetricPoint>> ReadMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken);

    /// <summary>An MLflow 3 logged model by its id (<c>m-…</c>), or null; always null on MLflow 2 stores.</summary>
    Task<LoggedModel?> FindLoggedModelAsync(string modelId, CancellationToken cancellationToken);

    /// <summary>All MLflow 3 logged models of an experiment; empty on MLflow 2 stores.</summary>
    Task<IReadOnlyList<LoggedModel>> ListLoggedModelsAsync(string experimentId, CancellationToken cancellationToken);

    /// <summary>All points of all metrics logged for a logged model, by key, timestamp, step and run; empty where there is no such model.</summary>
    Task<IReadOnlyList<LoggedModelMetric>> ReadLoggedModelMetricsAsync(string modelId, CancellationToken cancellationToken);

    /// <summary>All registered models by name. Prompts (tag <c>mlflow.prompt.is_prompt</c> = <c>true</c>) are left out.</summary>
    Task<IReadOnlyList<RegisteredModel>> ListRegisteredModelsAsync(CancellationToken cancellationToken);

    /// <summary>A registered model with tags and aliases, or null.</summary>
    Task<RegisteredModel?> FindRegisteredModelAsync(string name, CancellationToken cancellationToken);

    /// <summary>A model version with tags and aliases, or null (also for deleted ones).</summary>
    /// <exception cref="Core.Failures.BadInputException">The version is no whole number from 1; so everywhere here.</exception>
    Task<ModelVersion?> FindModelVersionAsync(string name, string version, CancellationToken cancellationToken);

    /// <summary>All versions of a model, lowest number first; none for a prompt.</summary>
    Task<IReadOnlyList<ModelVersion>> ListModelVersionsAsync(string name, CancellationToken cancellationToken);

    /// <summary>All model versions whose <c>run_id</c> is this run.</summary>
    Task<IReadOnlyList<ModelVersion>> ListModelVersionsOfRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>All prompts by name: registered models with the tag <see cref="Prompts.Tag"/>. Empty before MLflow 2.21.</summary>
    Task<IReadOnlyList<RegisteredModel>> ListPromptsAsync(CancellationToken cancellationToken);

    /// <summary>All versions of a prompt, lowest number first; the text is the tag <see cref="Prompts.TextTag"/>. None for a model.</summary>
    Task<IReadOnlyList<ModelVersion>> ListPromptVersionsAsync(string name, CancellationToken cancellationToken);

    /// <summary>A trace's info, tags and metadata, or null.</summary>
    Task<Trace?> FindTraceAsync(string traceId, CancellationToken cancellationToken);

    /// <summary>All traces of an experiment, newest first.</summary>
    IAsyncEnumerable<Trace> ListTracesAsync(string experimentId, CancellationToken cancellationToken);

    /// <summary>The assessments of a trace, oldest first; empty on MLflow 2 and where there is no such trace.</summary>
    Task<IReadOnlyList<Assessment>> ListAssessmentsAsync(string traceId, CancellationToken cancellationToken);

    /// <summary>Sets a run's tag, replacing its value.</summary>
    Task SetRunTagAsync(string runId, string key, string value, CancellationToken cancellationToken);

    /// <summary>Sets a registered model's tag, replacing its value.</summary>
    Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken);

    /// <summary>Sets a model version's tag, replacing its value.</summary>
    Task SetModelVersionTagAsync(string name, string version, string key, string value, CancellationToken cancellationToken);

    /// <summary>Sets a trace's tag, replacing its value.</summary>
    Task SetTraceTagAsync(string traceId, string key, string value, CancellationToken cancellationToken);

    /// <summary>Makes a registered model. <see cref="MlflowConflictException"/> where the name is taken.</summary>
    Task<RegisteredModel> CreateRegisteredModelAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes the next version of a registered model.</summary>
    /// <param name="name">The registered model; must exist.</param>
    /// <param name="source">Where the model's files are, stored as given.</param>
    /// <param name="runId">The run it came from, or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<ModelVersion> CreateModelVersionAsync(string name, string source, string? runId, CancellationToken cancellationToken);

    /// <summary>Moves a version to a stage (<c>None</c>, <c>Staging</c>, <c>Production</c>, <c>Archived</c>; any case).</summary>
    Task<ModelVersion> TransitionStageAsync(
        string name,
        string version,
        string stage,
        bool archiveExisting,
        CancellationToken cancellationToken
    );

    /// <summary>Points an alias at a version, wherever it pointed before.</summary>
    Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken);

    /// <summary>Removes an alias; nothing happens where there is none.</summary>
    Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken);

    /// <summary>Opens the place that an artifact URI names (<c>file:</c>, a path, <c>mlflow-artifacts:</c>), after relocation.</summary>
    /// <exception cref="MlflowUnavailableException">The URI's scheme is one that this store cannot reach (<c>s3:</c> …); the message says so.</exception>
    IArtifactRepository OpenArtifacts(string artifactUri);
}
