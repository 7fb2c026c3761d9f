using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Captures and seals events about a model version. Writes nothing anywhere.</summary>
internal sealed class VersionPreparation(
    IMlflowStore store,
    EventSealing sealing,
    IEventLog log,
    Func<ReadOnlyMemory<byte>, CancellationToken, Task<string?>>? findTransaction,
    string? mark
)
{
    private readonly PredecessorSearch _search = new(log, store);

    /// <summary>Seals a registration (mlflow-events.md §5).</summary>
    public async Task<(PreparedEvent Event, RegistrationFacts Facts)> PrepareRegistrationAsync(
        string name,
        string version,
        string? runId,
        string? source,
        RegistrationOptions options,
        CancellationToken cancellationToken
    )
    {
        var named = RunsUri.Parse(source);
        if (runId is not null && named.RunId is not null && named.RunId != runId)
        {
            throw new BadInputException(
                $"run_id '{runId}' does not match source URI run_id '{named.RunId}'; refusing to mint a proof with inconsistent provenance",
                "look at the version's source and run in MLflow; one of them is wrong"
            );
        }

        var (facts, resolved, training) = await CaptureAsync(name, version, runId ?? named.RunId, source, options, cancellationToken)
            .ConfigureAwait(false);
        JsonObject? hallmark = null;
        if (options.HallmarkMember)
        {
            hallmark = new JsonObject
            {
                [HallmarkMember.ArtifactPath] = resolved.Path,
                [HallmarkMember.ArtifactStatus] = resolved.Artifacts.StatusText,
            };
            AddLinks(hallmark, training);
        }

        var sealedEvent = sealing.Seal(
            new EventDraft
            {
                Payload = VersionPayloads.Registration(facts, options, hallmark),
                Subject = VersionPayloads.Subject(name, version),
                SubjectKey = SubjectKeys.ModelVersion(name, version),
                PreviousHash = await LinkAsync(training, resolved.Run?.Tags.GetValueOrDefault(ArioTags.TrainingTx), cancellationToken)
                    .ConfigureAwait(false),
            }
        );
        return (sealedEvent, facts);
    }

    /// <summary>Refuses artifacts that are not those of the training record, before anything is made.</summary>
    public async Task CheckArtifactsAsync(
        string name,
        string? runId,
        string source,
        RegistrationOptions options,
        CancellationToken cancellationToken
    ) => await CaptureAsync(name, "(new)", runId, source, options, cancellationToken).ConfigureAwait(false);

    /// <summary>Seals a stage transition (mlflow-events.md §6).</summary>
    public async Task<PreparedEvent> PrepareTransitionAsync(
        ModelVersion version,
        string fromStage,
        string toStage,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        var previous = options.HallmarkMember ? await FindRegistrationAsync(version, cancellationToken).ConfigureAwait(false) : null;
        return sealing.Seal(
            new EventDraft
            {
                Payload = VersionPayloads.StageTransition(
                    version.Name,
                    version.Version,
                    fromStage,
                    toStage,
                    options,
                    options.HallmarkMember ? Member(previous) : null
                ),
                Subject = VersionPayloads.Subject(version.Name, version.Version),
                SubjectKey = SubjectKeys.ModelVersion(version.Name, version.Version),
                PreviousHash = await LinkAsync(previous, version.Tags.GetValueOrDefault(ArioTags.RegistrationTx), cancellationToken)
                    .ConfigureAwait(false),
            }
        );
    }

    /// <summary>Seals an alias change; its chain pointer is the registration's payload hash.</summary>
    public async Task<PreparedEvent> PrepareAliasAsync(
        ModelVersion version,
        string alias,
        string? fromVersion,
        RecordOptions options,
        CancellationToken cancellationToken
    )
    {
        var previous = await FindRegistrationAsync(version, cancellationToken).ConfigureAwait(false);
        return sealing.Seal(
            new EventDraft
            {
                Payload = VersionPayloads.AliasChange(version.Name, alias, fromVersion, version.Version, options, Member(previous)),
                Subject = VersionPayloads.Subject(version.Name, version.Version),
                SubjectKey = SubjectKeys.ModelVersion(version.Name, version.Version),
                PreviousHash = previous?.PayloadHash ?? EnvelopeDrafts.Genesis,
                Profile = SpecVersion.Hallmark,
            }
        );
    }

    // The ledger's receipt goes before the tag, which anybody may edit and which may not be written yet.
    private async Task<string> LinkAsync(Predecessor? previous, string? tag, CancellationToken cancellationToken) =>
        previous?.Envelope is { } envelope
        && findTransaction is not null
        && await findTransaction(envelope, cancellationToken).ConfigureAwait(false) is { Length: > 0 } transaction
            ? transaction
        : tag is { Length: > 0 } ? tag
        : EnvelopeDrafts.Genesis;

    private JsonObject Member(Predecessor? previous)
    {
        var member = new JsonObject();
        AddLinks(member, previous);
        return member;
    }

    private void AddLinks(JsonObject member, Predecessor? previous)
    {
        if (previous is not null)
        {
            member[HallmarkMember.Previous] = previous.ToJson();
        }

        if (mark is not null)
        {
            member[HallmarkMember.Store] = mark;
        }
    }

    private async Task<Predecessor?> FindRegistrationAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var runId = await VersionRun.FindIdAsync(store, version, cancellationToken).ConfigureAwait(false);
        var run = runId is null ? null : await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
        return await _search.FindRegistrationAsync(version, run, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(RegistrationFacts Facts, ResolvedSource Source, Predecessor? Training)> CaptureAsync(
        string name,
        string version,
        string? runId,
        string? source,
        RegistrationOptions options,
        CancellationToken cancellationToken
    )
    {
        var resolved = options.HallmarkMember
            ? await ResolvedSource.FindAsync(store, runId, source, options.Hashing, cancellationToken).ConfigureAwait(false)
            : await AsTheOriginalAsync(runId, source, options.Hashing, cancellationToken).ConfigureAwait(false);
        if (runId is not null && resolved.Run is null)
        {
            throw new MlflowNotFoundException($"Could not load source run {runId}: there is no such run in {store.TrackingUri}");
        }

        var training =
            options.HallmarkMember && resolved.Run is { } run
                ? await _search.FindTrainingAsync(run, cancellationToken).ConfigureAwait(false)
                : null;

        // The ledger's copy of the training record goes before the run's tag, which anybody may edit and which may not be written yet.
        var anchored =
            training?.ArtifactHash ?? (resolved.Run?.Tags.GetValueOrDefault(ArioTags.ArtifactHash) is { Length: > 0 } tag ? tag : null);
        bool? verified = resolved.Artifacts.Hash is { } found && anchored is not null ? found == anchored : null;
        if (verified is false && options is { HallmarkMember: true, AllowMismatchedArtifacts: false })
        {
            throw new ArtifactMismatchException(
                $"the artifacts of {name} at {source ?? "(no source)"} are not those that the training of run {resolved.Run?.RunId} recorded",
                "hallmark verify run " + resolved.Run?.RunId + " names the files that differ",
                "if the run logged several models, record the run with the path of this one",
                "--allow-mismatched-artifacts registers them nevertheless; the version then never verifies"
            );
        }

        return (new RegistrationFacts(name, version, resolved.Run?.RunId, source, verified, anchored), resolved, training);
    }

    // §5: the path of a runs:/ source, else "model", in the run only.
    private async Task<ResolvedSource> AsTheOriginalAsync(
        string? runId,
        string? source,
        ArtifactHashing hashing,
        CancellationToken cancellationToken
    )
    {
        var run = runId is null ? null : await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
        var path = RunsUri.Parse(source).Path ?? ArtifactPathChoice.Default;
        var artifacts = run is null
            ? ArtifactSnapshot.Empty(ArtifactStatus.HashFailed, "there is no source run")
            : await RunArtifacts.HashAsync(store, run, path, hashing, cancellationToken).ConfigureAwait(false);
        return new ResolvedSource(run, path, artifacts);
    }
}
