using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Captures and seals training and dataset events. Writes nothing anywhere.</summary>
internal sealed class TrainingPreparation(IMlflowStore store, EventSealing sealing, IEventLog log, ISigner signer, string? mark)
{
    public async Task<PreparedTraining> PrepareAsync(string runId, TrainingOptions options, CancellationToken cancellationToken)
    {
        var run =
            await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false)
            ?? throw await UnknownRun.RefuseAsync(store, runId, cancellationToken).ConfigureAwait(false);
        var path = await ArtifactPathChoice.ChooseAsync(store, run, options.ArtifactPath, cancellationToken).ConfigureAwait(false);
        var artifacts = await RunArtifacts.HashAsync(store, run, path, options.Hashing, cancellationToken).ConfigureAwait(false);
        Check(run, artifacts, options);

        var model = await FindRegisteredModelAsync(run, cancellationToken).ConfigureAwait(false);
        (ChainLink Link, string? Previous)? chain =
            model is null || !options.HallmarkMember
                ? null
                : await new TrainingChain(log, store).FindAsync(model.Name, cancellationToken).ConfigureAwait(false);
        var history = options.HallmarkMember ? await MetricHistory.ReadAsync(store, run, cancellationToken).ConfigureAwait(false) : null;

        var datasets = ImmutableArray.CreateBuilder<PreparedEvent>(run.DatasetInputs.Count);
        foreach (var input in run.DatasetInputs)
        {
            datasets.Add(await PrepareDatasetAsync(input, options.HallmarkMember, cancellationToken).ConfigureAwait(false));
        }

        var hallmark = options.HallmarkMember
            ? await BuildMemberAsync(run, path, artifacts, history, datasets, chain?.Previous, cancellationToken).ConfigureAwait(false)
            : null;
        var training = sealing.Seal(
            new EventDraft
            {
                Payload = TrainingPayload.Build(run, artifacts, store.TrackingUri, options, hallmark),
                Subject = TrainingPayload.Subject(run, store.TrackingUri, options),
                SubjectKey = SubjectKeys.Run(run.RunId),
                PreviousHash = model?.Tags.GetValueOrDefault(ArioTags.LastTrainingHash) is { Length: > 0 } last
                    ? last
                    : EnvelopeDrafts.Genesis,
                Profile = MetricMembers.HasNonFinite(run) ? SpecVersion.Hallmark : SpecVersion.Mlflow,
                Chain = chain?.Link,
            }
        );
        return new PreparedTraining(run.RunId, training, datasets.ToImmutable(), artifacts, path, model?.Name);
    }

    /// <summary>Seals a dataset event, or finds the one of the same content that the ledger has already from the same signer.</summary>
    public async Task<PreparedEvent> PrepareDatasetAsync(DatasetInput input, bool hallmarkMember, CancellationToken cancellationToken)
    {
        var payload = DatasetPayload.Build(input, hallmarkMember);
        if (hallmarkMember)
        {
            var logged = await log.FindByPayloadHashAsync(RecordHash.OfCanonical(payload), cancellationToken).ConfigureAwait(false);
            if (logged.Select(OwnDataset).FirstOrDefault(found => found is not null) is { } known)
            {
                return known;
            }
        }

        return sealing.Seal(
            new EventDraft
            {
                Payload = payload,
                Subject = DatasetPayload.Subject(input),
                SubjectKey = SubjectKeys.Dataset(input.Name),
            }
        );
    }

    private PreparedEvent? OwnDataset(LoggedEntry entry) =>
        PreparedEvent.FromEntry(entry) is { EventType: EventTypes.Dataset } known && known.PublicKeyHex == signer.PublicKey.Hex
            ? known
            : null;

    private static void Check(MlflowRun run, ArtifactSnapshot artifacts, TrainingOptions options)
    {
        if (run.DatasetInputs.Count == 0 && !options.AllowEmptyDatasetInputs)
        {
            throw new BadInputException(
                $"the run {run.RunId} has no dataset inputs, so its proof could not say what it was trained on",
                "log them with mlflow.log_input(...) before recording the run",
                "or pass --allow-empty-dataset-inputs to record it without"
            );
        }

        if (options.HallmarkMember && options.ArtifactPath is not null && artifacts.Status is ArtifactStatus.HashFailed)
        {
            throw new BadInputException(
                $"the artifact path \"{options.ArtifactPath}\" does not exist in the run {run.RunId}",
                "hallmark finds the model by itself where no path is given"
            );
        }

        if (!options.HallmarkMember && MetricMembers.HasNonFinite(run))
        {
            throw new BadInputException(
                $"a metric of the run {run.RunId} is NaN or infinite, which ario.mlflow/v1 cannot express",
                "record it with our own member, in hallmark/v1"
            );
        }
    }

    private async Task<RegisteredModel?> FindRegisteredModelAsync(MlflowRun run, CancellationToken cancellationToken)
    {
        var versions = await store.ListModelVersionsOfRunAsync(run.RunId, cancellationToken).ConfigureAwait(false);
        return versions.Count == 0 ? null : await store.FindRegisteredModelAsync(versions[0].Name, cancellationToken).ConfigureAwait(false);
    }

    private async Task<JsonObject> BuildMemberAsync(
        MlflowRun run,
        string path,
        ArtifactSnapshot artifacts,
        JsonObject? history,
        IEnumerable<PreparedEvent> datasets,
        string? head,
        CancellationToken cancellationToken
    )
    {
        var sizes = new JsonObject();
        foreach (var (file, size) in artifacts.Sizes)
        {
            sizes[file] = size;
        }

        var member = new JsonObject
        {
            [HallmarkMember.ArtifactPath] = path,
            [HallmarkMember.ArtifactStatus] = artifacts.StatusText,
            [HallmarkMember.ArtifactSizes] = sizes,
            [HallmarkMember.MetricHistory] = history,
        };
        if (mark is not null)
        {
            member[HallmarkMember.Store] = mark;
        }

        if (run.DatasetInputs.Count > 0)
        {
            member[HallmarkMember.DigestSource] = HallmarkMember.FromMlflow;
            member[HallmarkMember.Datasets] = new JsonArray([
                .. datasets.Select(dataset =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["name"] = dataset.Payload["name"]?.DeepClone(),
                            ["event_id"] = dataset.EventId,
                            ["payload_hash"] = dataset.PayloadHash,
                        }
                ),
            ]);
        }

        if (
            head is not null
            && await new PredecessorSearch(log, store).FindHeadAsync(head, cancellationToken).ConfigureAwait(false) is { } previous
        )
        {
            member[HallmarkMember.Previous] = previous.ToJson();
        }

        return member;
    }
}
