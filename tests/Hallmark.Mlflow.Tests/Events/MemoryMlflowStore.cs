using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>An MLflow store in memory. <see cref="Outage"/> makes every call fail as a store that does not answer.</summary>
internal sealed class MemoryMlflowStore : IMlflowStore
{
    public Dictionary<string, MlflowRun> Runs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, MemoryArtifacts> Artifacts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, LoggedModel> LoggedModels { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, RegisteredModel> Models { get; } = new(StringComparer.Ordinal);

    public List<ModelVersion> Versions { get; } = [];

    public Dictionary<string, Trace> Traces { get; } = new(StringComparer.Ordinal);

    public Dictionary<(string RunId, string Key), List<MetricPoint>> Histories { get; } = [];

    /// <summary>Every write in order: target, key.</summary>
    public List<string> Writes { get; } = [];

    public bool Outage { get; set; }

    public string TrackingUri { get; set; } = "memory:/store";

    public string Place => TrackingUris.Normalise(TrackingUri);

    public MemoryArtifacts ArtifactsOf(string runId) => (MemoryArtifacts)OpenArtifacts(Runs[runId].ArtifactUri);

    public ModelVersion Version(string name, string version) =>
        Versions.Single(candidate => candidate.Name == name && candidate.Version == version);

    public void Replace(ModelVersion version) =>
        Versions[Versions.FindIndex(candidate => candidate.Name == version.Name && candidate.Version == version.Version)] = version;

    public Task<StoreSize> MeasureAsync(int mostRuns, CancellationToken cancellationToken) =>
        Answer(() => new StoreSize(1, Runs.Count, IsWhole: true));

    public Task<IReadOnlyList<LoggedModelMetric>> ReadLoggedModelMetricsAsync(string modelId, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<LoggedModelMetric>>(() => []);

    public Task<IReadOnlyList<RegisteredModel>> ListPromptsAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<RegisteredModel>>(() => []);

    public Task<IReadOnlyList<ModelVersion>> ListPromptVersionsAsync(string name, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<ModelVersion>>(() => []);

    public Task<IReadOnlyList<Assessment>> ListAssessmentsAsync(string traceId, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<Assessment>>(() => []);

    public Task<IReadOnlyList<Experiment>> ListExperimentsAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<Experiment>>(() => []);

    public async IAsyncEnumerable<MlflowRun> ListRunsAsync(
        string experimentId,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var run in await Answer(() => Runs.Values.ToList()))
        {
            yield return run;
        }
    }

    public Task<MlflowRun?> FindRunAsync(string runId, CancellationToken cancellationToken) =>
        Answer(() => Runs.GetValueOrDefault(MlflowNames.RunId(runId)));

    public Task<IReadOnlyList<MetricPoint>> ReadMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<MetricPoint>>(() =>
            Histories.TryGetValue((runId, key), out var points) ? points
            : Runs[runId].Metrics.TryGetValue(key, out var point) ? [point]
            : []
        );

    public Task<LoggedModel?> FindLoggedModelAsync(string modelId, CancellationToken cancellationToken) =>
        Answer(() => LoggedModels.GetValueOrDefault(MlflowNames.LoggedModelId(modelId)));

    public Task<IReadOnlyList<LoggedModel>> ListLoggedModelsAsync(string experimentId, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<LoggedModel>>(() => [.. LoggedModels.Values]);

    public Task<IReadOnlyList<RegisteredModel>> ListRegisteredModelsAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<RegisteredModel>>(() => [.. Models.Values]);

    public Task<RegisteredModel?> FindRegisteredModelAsync(string name, CancellationToken cancellationToken) =>
        Answer(() => Models.GetValueOrDefault(name));

    public Task<ModelVersion?> FindModelVersionAsync(string name, string version, CancellationToken cancellationToken) =>
        Answer(() => Versions.SingleOrDefault(candidate => candidate.Name == name && candidate.Version == version));

    public Task<IReadOnlyList<ModelVersion>> ListModelVersionsAsync(string name, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<ModelVersion>>(() => [.. Versions.Where(version => version.Name == name)]);

    public Task<IReadOnlyList<ModelVersion>> ListModelVersionsOfRunAsync(string runId, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<ModelVersion>>(() => [.. Versions.Where(version => version.RunId == runId)]);

    public Task<Trace?> FindTraceAsync(string traceId, CancellationToken cancellationToken) =>
        Answer(() => Traces.GetValueOrDefault(traceId));

    public async IAsyncEnumerable<Trace> ListTracesAsync(
        string experimentId,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var trace in await Answer(() => Traces.Values.ToList()))
        {
            yield return trace;
        }
    }

    public Task SetRunTagAsync(string runId, string key, string value, CancellationToken cancellationToken) =>
        Write(
            $"run-tag {key}",
            () =>
            {
                Refuse(key);
                Runs[runId] = Runs[runId] with { Tags = With(Runs[runId].Tags, key, value) };
            }
        );

    public Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken) =>
        Write($"model-tag {key}", () => Models[name] = Models[name] with { Tags = With(Models[name].Tags, key, value) });

    public Task SetModelVersionTagAsync(string name, string version, string key, string value, CancellationToken cancellationToken) =>
        Write($"version-tag {key}", () => Replace(Version(name, version) with { Tags = With(Version(name, version).Tags, key, value) }));

    public Task SetTraceTagAsync(string traceId, string key, string value, CancellationToken cancellationToken) =>
        Write(
            $"trace-tag {key}",
            () =>
                Traces[traceId] = Traces.TryGetValue(traceId, out var trace)
                    ? trace with
                    {
                        Tags = With(trace.Tags, key, value),
                    }
                    : throw new BadInputException("BAD_REQUEST: FOREIGN KEY constraint failed") // as a server over SQL says it
        );

    public Task<RegisteredModel> CreateRegisteredModelAsync(string name, CancellationToken cancellationToken) =>
        Answer(() =>
        {
            Writes.Add($"create-model {name}");
            return Models[name] = new RegisteredModel(name, "", Empty, Empty);
        });

    public Task<ModelVersion> CreateModelVersionAsync(string name, string source, string? runId, CancellationToken cancellationToken) =>
        Answer(() =>
        {
            var number = (Versions.Count(version => version.Name == name) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            Writes.Add($"create-version {name}/{number}");
            Versions.Add(
                new ModelVersion
                {
                    Name = name,
                    Version = number,
                    Source = source,
                    RunId = runId,
                }
            );
            return Versions[^1];
        });

    public Task<ModelVersion> TransitionStageAsync(
        string name,
        string version,
        string stage,
        bool archiveExisting,
        CancellationToken cancellationToken
    ) =>
        Answer(() =>
        {
            Writes.Add($"stage {name}/{version} {stage}");
            var target = char.ToUpperInvariant(stage[0]) + stage[1..].ToLowerInvariant();
            foreach (
                var other in Versions
                    .Where(other => archiveExisting && other.Name == name && other.Version != version && other.CurrentStage == target)
                    .ToList()
            )
            {
                Replace(other with { CurrentStage = "Archived", LastUpdatedTimestamp = Writes.Count });
            }

            Replace(Version(name, version) with { CurrentStage = target, LastUpdatedTimestamp = Writes.Count });
            return Version(name, version);
        });

    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken) =>
        Write($"alias {alias}", () => Models[name] = Models[name] with { Aliases = With(Models[name].Aliases, alias, version) });

    public Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken) =>
        Write(
            $"delete-alias {alias}",
            () =>
                Models[name] = Models[name] with
                {
                    Aliases = Models[name].Aliases.Where(pair => pair.Key != alias).ToDictionary(StringComparer.Ordinal),
                }
        );

    public IArtifactRepository OpenArtifacts(string artifactUri)
    {
        if (artifactUri.StartsWith("s3:", StringComparison.Ordinal) || Outage)
        {
            throw new MlflowUnavailableException($"{artifactUri} cannot be reached");
        }

        ArtifactUri.Parse(artifactUri);

        if (!Artifacts.TryGetValue(artifactUri, out var artifacts))
        {
            Artifacts[artifactUri] = artifacts = new MemoryArtifacts(artifactUri);
        }

        return artifacts;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IReadOnlyDictionary<string, string> Empty => new Dictionary<string, string>(StringComparer.Ordinal);

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> map, string key, string value) =>
        new(map, StringComparer.Ordinal) { [key] = value };

    private static void Refuse(string key)
    {
        if (key.Any(unit => !char.IsLetterOrDigit(unit) && !"_-./: ".Contains(unit)))
        {
            throw new MlflowFormatException($"invalid tag name {key}");
        }
    }

    private Task<T> Answer<T>(Func<T> answer) =>
        Outage ? Task.FromException<T>(new MlflowUnavailableException("the store does not answer")) : Task.FromResult(answer());

    private Task Write(string what, Action write) =>
        Answer(() =>
        {
            Writes.Add(what);
            write();
            return true;
        });
}
