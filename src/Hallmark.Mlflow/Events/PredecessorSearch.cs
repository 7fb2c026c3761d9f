using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Finds what an event follows: in the ledger, else among the run's artifacts in MLflow.</summary>
internal sealed class PredecessorSearch(IEventLog log, IMlflowStore store)
{
    /// <summary>The newest training event of a run.</summary>
    public async Task<Predecessor?> FindTrainingAsync(MlflowRun run, CancellationToken cancellationToken) =>
        Newest(
            new StoreEvents(store).Narrow(
                await log.FindBySubjectAsync(SubjectKeys.Run(run.RunId), cancellationToken).ConfigureAwait(false)
            ),
            EventTypes.Training
        )
        ?? await StoredAsync(
                run,
                ArioPaths.TrainingProof,
                envelope =>
                    StoredJson.Text(envelope, "event_type") == EventTypes.Training
                    && StoredJson.Text(envelope["subject"], "run_id") == run.RunId,
                ArioPaths.TrainingPayload,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>The newest registration event of a model version.</summary>
    public async Task<Predecessor?> FindRegistrationAsync(ModelVersion version, MlflowRun? run, CancellationToken cancellationToken) =>
        Newest(await new VersionEvents(log, store).FindAsync(version, cancellationToken).ConfigureAwait(false), EventTypes.Registration)
        ?? (
            run is null
                ? null
                : await StoredAsync(
                        run,
                        ArioPaths.RegistrationProof,
                        envelope =>
                            StoredJson.Text(envelope["subject"], "name") == version.Name
                            && StoredJson.Text(envelope["subject"], "version") == version.Version,
                        ArioPaths.RegistrationPayload,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
        );

    /// <summary>The event at the end of a ledger's chain.</summary>
    public async Task<Predecessor?> FindHeadAsync(string payloadHash, CancellationToken cancellationToken)
    {
        var entries = await log.FindByPayloadHashAsync(payloadHash, cancellationToken).ConfigureAwait(false);
        return entries.Count == 0 ? null : ToPredecessor(entries[^1]);
    }

    private static Predecessor? Newest(IEnumerable<LoggedEntry> entries, string eventType) =>
        entries.LastOrDefault(entry => entry.EventType == eventType) is { } newest ? ToPredecessor(newest) : null;

    private static Predecessor ToPredecessor(LoggedEntry entry) =>
        new(entry.EventId, entry.PayloadHash, entry.Record is { } record ? StoredJson.TryParseObject(record.Span) : null, entry.Envelope);

    private async Task<Predecessor?> StoredAsync(
        MlflowRun run,
        string proofPath,
        Func<JsonObject, bool> belongs,
        string payloadPath,
        CancellationToken cancellationToken
    )
    {
        var artifacts = store.OpenArtifacts(run.ArtifactUri);
        var proof = await StoredBytes.ReadAsync(artifacts, proofPath, StoredBytes.MaxEnvelopeSize, cancellationToken).ConfigureAwait(false);
        if (
            proof.Bytes is null
            || StoredJson.TryParseObject(proof.Bytes) is not { } envelope
            || !belongs(envelope)
            || StoredJson.Text(envelope, "event_id") is not { } eventId
            || StoredJson.Text(envelope, "payload_hash") is not { } payloadHash
        )
        {
            return null;
        }

        var payload = await StoredBytes
            .ReadAsync(artifacts, payloadPath, StoredBytes.MaxRecordSize, cancellationToken)
            .ConfigureAwait(false);
        var record = payload.Bytes is { } bytes && RecordHash.Of(bytes) == payloadHash ? StoredJson.TryParseObject(bytes) : null;
        return new Predecessor(eventId, payloadHash, record);
    }
}
