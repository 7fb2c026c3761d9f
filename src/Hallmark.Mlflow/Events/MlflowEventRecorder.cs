using System.Collections.Immutable;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Records the events of an MLflow store: captures the facts, seals them, and logs envelope, record and write-back work in one transaction. Nothing is written to
/// MLflow before the ledger has the event, and nothing is logged before the whole event could be built; the tags and files follow through the outbox
/// (<see cref="MlflowWriteBackHandler"/>), so that neither a process that dies nor an MLflow that is down loses a proof.
/// </summary>
public sealed class MlflowEventRecorder
{
    private readonly IMlflowStore _store;
    private readonly IEventLog _log;
    private readonly RecorderOptions _options;
    private readonly TrainingPreparation _trainings;
    private readonly VersionPreparation _versions;
    private readonly PredictionPreparation _predictions;
    private readonly PromotionRecording _promotions;

    /// <param name="store">The store whose events are recorded.</param>
    /// <param name="signer">Signs the envelopes.</param>
    /// <param name="log">The ledger.</param>
    /// <param name="ids">Gives event ids.</param>
    /// <param name="time">Gives <c>signed_at</c>.</param>
    /// <param name="options">How the recorder works.</param>
    public MlflowEventRecorder(IMlflowStore store, ISigner signer, IEventLog log, IEventIds ids, TimeProvider time, RecorderOptions options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        (_store, _log, _options) = (store, log, options);
        var sealing = new EventSealing(signer, ids, time);
        var mark = options.MarksStore ? StoreMark.Of(store.Place) : null;
        _trainings = new TrainingPreparation(store, sealing, log, signer, mark);
        _versions = new VersionPreparation(store, sealing, log, options.FindTransaction, mark);
        _predictions = new PredictionPreparation(signer, ids, time);
        _promotions = new PromotionRecording(store, log, _versions, LogPromotionAsync, BeforeChangeAsync);
    }

    /// <summary>Records a training run and each of its dataset inputs (mlflow-events.md §3). A dataset that the ledger holds already from this signer is not recorded twice.</summary>
    /// <exception cref="Hallmark.Core.Failures.BadInputException">There is no such run, it has no dataset inputs, or its model's path is ambiguous; the hints say what to do.</exception>
    /// <exception cref="MlflowUnavailableException">MLflow does not answer; nothing was written.</exception>
    public async Task<RecordedTraining> RecordTrainingAsync(string runId, TrainingOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var training = await PrepareTrainingAsync(runId, options, cancellationToken).ConfigureAwait(false);
            var work = WorkOf(
                training.Event,
                WriteBackPlans.ForTraining(training, null, [], null, await PageOfAsync(training.Event).ConfigureAwait(false))
            );
            try
            {
                var datasets = ImmutableArray.CreateBuilder<LoggedEntry>(training.Datasets.Length);
                foreach (var dataset in training.Datasets)
                {
                    datasets.Add(await AppendAsync(dataset, [], cancellationToken).ConfigureAwait(false));
                }

                return new RecordedTraining(
                    training,
                    await AppendAsync(training.Event, [work, .. UploadWorkOf(training)], cancellationToken).ConfigureAwait(false),
                    datasets.ToImmutable()
                );
            }
            catch (ChainMovedException) when (attempt < _options.MaxAttempts)
            {
                // Another training of the same registered model was logged in between: link to that one.
            }
        }
    }

    /// <summary>Captures and seals a training run without logging it.</summary>
    public Task<PreparedTraining> PrepareTrainingAsync(string runId, TrainingOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(options);
        return _trainings.PrepareAsync(runId, options, cancellationToken);
    }

    /// <summary>Records a dataset as MLflow knows it (mlflow-events.md §4).</summary>
    public async Task<RecordedEvent> RecordDatasetAsync(DatasetInput dataset, bool hallmarkMember, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return await LogAsync(
                await _trainings.PrepareDatasetAsync(dataset, hallmarkMember, cancellationToken).ConfigureAwait(false),
                [],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Records that a model version was created (mlflow-events.md §5). The version must exist.</summary>
    /// <exception cref="ArtifactMismatchException">Its artifacts are not those of the training record.</exception>
    public async Task<RecordedRegistration> RecordRegistrationAsync(
        string name,
        string version,
        RegistrationOptions options,
        CancellationToken cancellationToken
    )
    {
        var found = await FindVersionAsync(name, version, cancellationToken).ConfigureAwait(false);
        var runId = await VersionRun.FindIdAsync(_store, found, cancellationToken).ConfigureAwait(false);
        return await RecordRegistrationAsync(name, version, found.RunId ?? runId, found.Source, options, false, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Captures and seals a registration without logging it.</summary>
    public Task<(PreparedEvent Event, RegistrationFacts Facts)> PrepareRegistrationAsync(
        string name,
        string version,
        string? runId,
        string? source,
        RegistrationOptions options,
        CancellationToken cancellationToken
    ) => _versions.PrepareRegistrationAsync(name, version, runId, source, options, cancellationToken);

    /// <summary>Makes the next version of a registered model (and the model, where it is missing) and records its registration.</summary>
    /// <param name="name">The registered model.</param>
    /// <param name="source">Where the files are: <c>runs:/&lt;run&gt;/&lt;path&gt;</c>, <c>models:/m-…</c> or an artifact URI.</param>
    /// <param name="runId">The run, or null to take it from the source.</param>
    /// <param name="options">How to record it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>Cut off after the version was made, the next call finds that version and records it instead of making another.</remarks>
    /// <exception cref="ArtifactMismatchException">The artifacts are not those of the training record; no version was made.</exception>
    /// <exception cref="Hallmark.Core.Failures.BadInputException">The source is a logged model's, and holds no id of one; no version was made.</exception>
    public async Task<RecordedRegistration> RegisterAsync(
        string name,
        string source,
        string? runId,
        RegistrationOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentNullException.ThrowIfNull(options);
        if (VersionRun.LoggedModelOf(source) is { } modelId)
        {
            MlflowNames.LoggedModelId(modelId);
        }

        var probe = new ModelVersion
        {
            Name = name,
            Version = "0",
            Source = source,
            RunId = runId,
        };
        var run = await VersionRun.FindIdAsync(_store, probe, cancellationToken).ConfigureAwait(false);
        await _versions.CheckArtifactsAsync(name, run, source, options, cancellationToken).ConfigureAwait(false);

        await BeforeChangeAsync(cancellationToken).ConfigureAwait(false);
        if (await _store.FindRegisteredModelAsync(name, cancellationToken).ConfigureAwait(false) is null)
        {
            await _store.CreateRegisteredModelAsync(name, cancellationToken).ConfigureAwait(false);
        }

        var left = await FindUnrecordedAsync(name, source, run, cancellationToken).ConfigureAwait(false);
        var version = left ?? await _store.CreateModelVersionAsync(name, source, run, cancellationToken).ConfigureAwait(false);
        return await RecordRegistrationAsync(name, version.Version, run, source, options, left is not null, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Moves a version to a stage and records it; also each version that is archived thereby.</summary>
    /// <remarks>Cut off at any step, the next call finishes what is left; where all is done and recorded, it adds nothing (<see cref="RecordedEvent.WasRecorded"/>).</remarks>
    /// <returns>The version's own event first.</returns>
    public async Task<IReadOnlyList<RecordedEvent>> TransitionStageAsync(
        string name,
        string version,
        string stage,
        bool archiveExisting,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var found = await FindVersionAsync(name, version, cancellationToken).ConfigureAwait(false);
        return await _promotions.TransitionAsync(found, stage, archiveExisting, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records a stage transition that has happened.</summary>
    public Task<RecordedEvent> RecordTransitionAsync(
        ModelVersion version,
        string fromStage,
        string toStage,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(options);
        return _promotions.RecordAsync(version, fromStage, toStage, options, cancellationToken);
    }

    /// <summary>Captures and seals a stage transition without logging it.</summary>
    public Task<PreparedEvent> PrepareTransitionAsync(
        ModelVersion version,
        string fromStage,
        string toStage,
        RecordOptions options,
        CancellationToken cancellationToken
    ) => _versions.PrepareTransitionAsync(version, fromStage, toStage, options, cancellationToken);

    /// <summary>Points an alias at a version and records it (<c>hallmark/v1</c>). Cut off, the next call finishes it and records it once.</summary>
    public async Task<RecordedEvent> SetAliasAsync(
        string name,
        string alias,
        string version,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var found = await FindVersionAsync(name, version, cancellationToken).ConfigureAwait(false);
        return await _promotions.SetAliasAsync(found, alias, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Seals a prediction without logging it (mlflow-events.md §7).</summary>
    /// <param name="facts">What is recorded.</param>
    /// <param name="registrationTransaction">The version's tag <c>ario.registration_tx</c> as read when the model was loaded, or null.</param>
    /// <param name="options">What the caller adds.</param>
    public PreparedEvent PreparePrediction(PredictionFacts facts, string? registrationTransaction, RecordOptions options) =>
        _predictions.Prepare(facts, registrationTransaction, options);

    private async Task<RecordedRegistration> RecordRegistrationAsync(
        string name,
        string version,
        string? runId,
        string? source,
        RegistrationOptions options,
        bool isResumed,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var (prepared, facts) = await _versions
            .PrepareRegistrationAsync(name, version, runId, source, options, cancellationToken)
            .ConfigureAwait(false);
        var work = WorkOf(
            prepared,
            WriteBackPlans.ForRegistration(
                prepared,
                facts,
                null,
                null,
                await PageOfAsync(prepared).ConfigureAwait(false),
                options.HallmarkMember
            )
        );
        return new RecordedRegistration(
            prepared,
            facts,
            await AppendAsync(prepared, [work, .. UploadWorkOf(prepared)], cancellationToken).ConfigureAwait(false),
            isResumed
        );
    }

    private async Task<RecordedEvent> LogPromotionAsync(
        PreparedEvent prepared,
        ModelVersion version,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        var runId = options.HallmarkMember
            ? await VersionRun.FindIdAsync(_store, version, cancellationToken).ConfigureAwait(false)
            : version.RunId;
        var work = WorkOf(prepared, WriteBackPlans.ForPromotion(prepared, version, runId, null));
        return await LogAsync(
                prepared,
                prepared.EventType == EventTypes.StageTransition ? [work, .. UploadWorkOf(prepared)] : [work],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private Task BeforeChangeAsync(CancellationToken cancellationToken) =>
        _options.BeforeChange?.Invoke(cancellationToken) ?? Task.CompletedTask;

    private async Task<ModelVersion> FindVersionAsync(string name, string version, CancellationToken cancellationToken) =>
        await _store.FindModelVersionAsync(name, version, cancellationToken).ConfigureAwait(false)
        ?? throw new MlflowNotFoundException($"there is no version {version} of the model \"{name}\" in {_store.TrackingUri}");

    // A version of the same files and run that no event speaks of: an earlier call was cut off between making and recording it.
    private async Task<ModelVersion?> FindUnrecordedAsync(string name, string source, string? runId, CancellationToken cancellationToken)
    {
        var own = new StoreEvents(_store);
        var versions = await _store.ListModelVersionsAsync(name, cancellationToken).ConfigureAwait(false);
        foreach (
            var version in versions
                .Where(version => version.Source == source && version.RunId == runId && !version.Tags.ContainsKey(ArioTags.PayloadHash))
                .Reverse()
        )
        {
            var entries = await _log.FindBySubjectAsync(SubjectKeys.ModelVersion(name, version.Version), cancellationToken)
                .ConfigureAwait(false);
            if (
                !entries.Any(entry =>
                    entry.EventType == EventTypes.Registration && !own.IsElsewhere(entry) && VersionEvents.IsOf(version, runId, entry)
                )
            )
            {
                return version;
            }
        }

        return null;
    }

    private async Task<ReadOnlyMemory<byte>?> PageOfAsync(PreparedEvent prepared) =>
        _options.RenderPage is { } render ? await render(prepared).ConfigureAwait(false) : null;

    private OutboxWork WorkOf(PreparedEvent prepared, IReadOnlyList<WriteBackStep> steps) =>
        new WriteBackWork(_store.Place, prepared.EventId, steps).ToOutbox();

    private IReadOnlyList<OutboxWork> UploadWorkOf(PreparedEvent prepared) =>
        _options.UploadAnchor is { } anchor ? [new UploadWriteBack(_store.Place, prepared.EventId, anchor).ToOutbox()] : [];

    private IReadOnlyList<OutboxWork> UploadWorkOf(PreparedTraining training) =>
        _options.UploadAnchor is not { } anchor
            ? []
            :
            [
                new UploadWriteBack(_store.Place, training.Event.EventId, anchor, RegisteredModel: training.RegisteredModel).ToOutbox(),
                .. training.Datasets.Select(dataset =>
                    new UploadWriteBack(_store.Place, dataset.EventId, anchor, training.RunId).ToOutbox()
                ),
            ];

    private async Task<RecordedEvent> LogAsync(
        PreparedEvent prepared,
        IReadOnlyList<OutboxWork> work,
        CancellationToken cancellationToken
    ) => new(prepared, await AppendAsync(prepared, work, cancellationToken).ConfigureAwait(false));

    private Task<LoggedEntry> AppendAsync(PreparedEvent prepared, IReadOnlyList<OutboxWork> work, CancellationToken cancellationToken) =>
        _log.AppendAsync(prepared.ToSubmission(work), cancellationToken);
}
