using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Moves versions to stages and points aliases at them, and records each change once: cut off at any step and called again, it finishes what is left and does not repeat what is done.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="log">The ledger.</param>
/// <param name="versions">Seals the events.</param>
/// <param name="record">Logs a sealed event with its write-back.</param>
/// <param name="beforeChange">Called once before the first change of the store.</param>
internal sealed class PromotionRecording(
    IMlflowStore store,
    IEventLog log,
    VersionPreparation versions,
    Func<PreparedEvent, ModelVersion, RecordOptions, CancellationToken, Task<RecordedEvent>> record,
    Func<CancellationToken, Task> beforeChange
)
{
    private readonly VersionEvents _events = new(log, store);

    /// <summary>Moves a version to a stage; gives its own event first, then that of each version that made room.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> TransitionAsync(
        ModelVersion version,
        string stage,
        bool archiveExisting,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        var canonical = archiveExisting ? ModelStages.CanonicalToArchive(stage) : ModelStages.Canonical(stage);
        var others = archiveExisting
            ? (await store.ListModelVersionsAsync(version.Name, cancellationToken).ConfigureAwait(false))
                .Where(other => other.Version != version.Version)
                .ToList()
            : [];
        var inStage = others.Where(other => IsIn(other, canonical)).ToList();
        var isThere = IsIn(version, canonical);
        var last = isThere ? await _events.FindTransitionAsync(version, cancellationToken).ConfigureAwait(false) : null;
        var from = isThere ? VersionEvents.Text(last, "to_stage") ?? "None" : version.CurrentStage;
        var left = isThere ? await FindUnrecordedAsync(version, others, canonical, cancellationToken).ConfigureAwait(false) : [];
        var known = from == canonical && last is not null ? PreparedEvent.FromEntry(last) : null;
        if (known is not null && inStage.Count == 0 && left.Count == 0)
        {
            return [new RecordedEvent(known, last!, WasRecorded: true)]; // known came out of it
        }

        await beforeChange(cancellationToken).ConfigureAwait(false);
        var archived = new List<RecordedEvent>();

        // Before the store is touched again: its next change would take away what tells these versions.
        await ArchiveAsync(left).ConfigureAwait(false);
        if (!isThere || inStage.Count > 0)
        {
            await store
                .TransitionStageAsync(version.Name, version.Version, stage, archiveExisting, cancellationToken)
                .ConfigureAwait(false);
        }

        var own = known is not null
            ? new RecordedEvent(known, last!, WasRecorded: true) // as above
            : await RecordAsync(version, from, canonical, options, cancellationToken).ConfigureAwait(false);
        await ArchiveAsync(inStage).ConfigureAwait(false);
        return [own, .. archived];

        async Task ArchiveAsync(IEnumerable<ModelVersion> vacated)
        {
            foreach (var other in vacated)
            {
                archived.Add(await RecordAsync(other, canonical, ModelStages.Archived, options, cancellationToken).ConfigureAwait(false));
            }
        }
    }

    /// <summary>Records a stage transition that has happened.</summary>
    public async Task<RecordedEvent> RecordAsync(
        ModelVersion version,
        string fromStage,
        string toStage,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        var prepared = await versions.PrepareTransitionAsync(version, fromStage, toStage, options, cancellationToken).ConfigureAwait(false);
        return await record(prepared, version, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Points an alias at a version.</summary>
    public async Task<RecordedEvent> SetAliasAsync(
        ModelVersion version,
        string alias,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        var model = await store.FindRegisteredModelAsync(version.Name, cancellationToken).ConfigureAwait(false);
        var from = model?.Aliases.GetValueOrDefault(alias);
        var isThere = from == version.Version;
        if (isThere)
        {
            var last = await _events.FindAliasChangeAsync(version.Name, alias, cancellationToken).ConfigureAwait(false);
            from = VersionEvents.Text(last, "to_version");
            if (from == version.Version && last is not null && PreparedEvent.FromEntry(last) is { } known)
            {
                return new RecordedEvent(known, last, WasRecorded: true);
            }
        }

        await beforeChange(cancellationToken).ConfigureAwait(false);
        if (!isThere)
        {
            await store.SetAliasAsync(version.Name, alias, version.Version, cancellationToken).ConfigureAwait(false);
        }

        var prepared = await versions.PrepareAliasAsync(version, alias, from, options, cancellationToken).ConfigureAwait(false);
        return await record(prepared, version, options, cancellationToken).ConfigureAwait(false);
    }

    // Versions that an earlier call archived before it was cut off: MLflow gave them the time of the transition, or the ledger knows them in the stage still.
    private async Task<List<ModelVersion>> FindUnrecordedAsync(
        ModelVersion version,
        IEnumerable<ModelVersion> others,
        string stage,
        CancellationToken cancellationToken
    )
    {
        var left = new List<ModelVersion>();
        foreach (var other in others.Where(other => IsIn(other, ModelStages.Archived)))
        {
            var recorded = VersionEvents.Text(
                await _events.FindTransitionAsync(other, cancellationToken).ConfigureAwait(false),
                "to_stage"
            );
            var isOfThatTransition =
                other.LastUpdatedTimestamp is { } moved && moved == version.LastUpdatedTimestamp && recorded != ModelStages.Archived;
            if (recorded == stage || isOfThatTransition)
            {
                left.Add(other);
            }
        }

        return left;
    }

    private static bool IsIn(ModelVersion version, string stage) => version.CurrentStage.Equals(stage, StringComparison.OrdinalIgnoreCase);
}
