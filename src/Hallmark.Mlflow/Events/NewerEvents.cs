using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Keeps write-back that was put off from replacing a newer event's tags and files. Which event is newer says the ledger; of an event that another ledger holds, its signed time. What an
/// event has for itself alone (<c>ario/promotions/&lt;id&gt;/</c> and the like) is always written.
/// </summary>
/// <param name="log">The ledger.</param>
/// <param name="time">A signed time that lies ahead of it counts for nothing.</param>
internal sealed class NewerEvents(IEventLogReader log, TimeProvider time)
{
    /// <summary>The steps of an event that may still be done.</summary>
    public async Task<IReadOnlyList<WriteBackStep>> KeepAsync(
        IMlflowStore store,
        LoggedEntry entry,
        IReadOnlyList<WriteBackStep> steps,
        CancellationToken cancellationToken
    )
    {
        var left = new List<WriteBackStep>(steps.Count);
        var answers = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            var slot = SlotOf(step);
            if (slot is null)
            {
                left.Add(step);
                continue;
            }

            if (!answers.TryGetValue(slot, out var isTaken))
            {
                isTaken = await IsTakenAsync(store, entry, step, cancellationToken).ConfigureAwait(false);
                answers.Add(slot, isTaken);
            }

            if (!isTaken)
            {
                left.Add(step);
            }
        }

        return left;
    }

    // What stands or falls together: null for what no other event writes.
    private static string? SlotOf(WriteBackStep step) =>
        step.Target switch
        {
            WriteBackTarget.RunTag => $"run {step.Id}",
            WriteBackTarget.ModelVersionTag => $"version {step.Id}/{step.Version}",
            WriteBackTarget.RegisteredModelTag => $"model {step.Id} {step.Key}",
            WriteBackTarget.RunArtifact when ProofBeside(step.Key) is { } proof => $"files {step.Id} {proof}",
            _ => null,
        };

    private static string? ProofBeside(string path) =>
        path switch
        {
            ArioPaths.TrainingPayload or ArioPaths.TrainingProof or ArioPaths.TrainingReceipt or ArioPaths.TrainingPage =>
                ArioPaths.TrainingProof,
            ArioPaths.RegistrationPayload or ArioPaths.RegistrationProof or ArioPaths.RegistrationReceipt or ArioPaths.RegistrationPage =>
                ArioPaths.RegistrationProof,
            _ => null,
        };

    private async Task<bool> IsTakenAsync(IMlflowStore store, LoggedEntry entry, WriteBackStep step, CancellationToken cancellationToken)
    {
        switch (step.Target, entry.EventType)
        {
            case (WriteBackTarget.RegisteredModelTag, _):
                var model = await store.FindRegisteredModelAsync(step.Id, cancellationToken).ConfigureAwait(false);
                return await NamesNewerAsync(model?.Tags, step.Key, entry, anySubject: true, cancellationToken).ConfigureAwait(false);
            case (WriteBackTarget.ModelVersionTag, _) when step.Version is { } number:
                var version = await store.FindModelVersionAsync(step.Id, number, cancellationToken).ConfigureAwait(false);
                var hashTag = entry.EventType == EventTypes.Registration ? ArioTags.PayloadHash : ArioTags.PromotionPayloadHash;
                return await NamesNewerAsync(version?.Tags, hashTag, entry, anySubject: false, cancellationToken).ConfigureAwait(false);
            case (WriteBackTarget.RunTag, EventTypes.Dataset):
                return await IsDatasetReplacedAsync(store, entry, step, cancellationToken).ConfigureAwait(false);
            case (WriteBackTarget.RunTag or WriteBackTarget.RunArtifact, EventTypes.Training or EventTypes.Registration):
                if (await store.FindRunAsync(step.Id, cancellationToken).ConfigureAwait(false) is not { } run)
                {
                    return false;
                }

                return entry.EventType == EventTypes.Training
                    ? await NamesNewerAsync(run.Tags, ArioTags.PayloadHash, entry, anySubject: false, cancellationToken)
                        .ConfigureAwait(false)
                        || await IsStoredNewerAsync(store, entry, run, ArioPaths.TrainingProof, cancellationToken).ConfigureAwait(false)
                    : await IsStoredNewerAsync(store, entry, run, ArioPaths.RegistrationProof, cancellationToken).ConfigureAwait(false);
            default:
                return false;
        }
    }

    // What the store itself holds decides, not what the ledger holds of the same subject: a copy of the store, or another one with a model of that name, has events of its own.
    private async Task<bool> NamesNewerAsync(
        IReadOnlyDictionary<string, string>? tags,
        string key,
        LoggedEntry entry,
        bool anySubject,
        CancellationToken cancellationToken
    ) =>
        tags?.GetValueOrDefault(key) is { Length: 64 } hash
        && hash.All(char.IsAsciiHexDigitLower)
        && (await log.FindByPayloadHashAsync(hash, cancellationToken).ConfigureAwait(false)).Any(other =>
            other.Index > entry.Index && other.EventType == entry.EventType && (anySubject || other.SubjectKey == entry.SubjectKey)
        );

    // A dataset event serves many runs; of this run the newest training says which one it has under that name.
    private async Task<bool> IsDatasetReplacedAsync(
        IMlflowStore store,
        LoggedEntry entry,
        WriteBackStep step,
        CancellationToken cancellationToken
    )
    {
        var trainings = await log.FindBySubjectAsync(SubjectKeys.Run(step.Id), cancellationToken).ConfigureAwait(false);
        var newest = new StoreEvents(store).Narrow(trainings).LastOrDefault(other => other.EventType == EventTypes.Training);
        var named = (
            newest?.Record is { } record
                ? HallmarkMember.Of(StoredJson.TryParseObject(record.Span))?[HallmarkMember.Datasets] as JsonArray
                : null
        )
            ?.Where(link => ArioTags.DatasetTxPrefix + StoredJson.Text(link, "name") == step.Key)
            .ToList();
        return named is { Count: > 0 } && named.All(link => StoredJson.Text(link, "event_id") != entry.EventId);
    }

    private async Task<bool> IsStoredNewerAsync(
        IMlflowStore store,
        LoggedEntry entry,
        MlflowRun run,
        string proofPath,
        CancellationToken cancellationToken
    )
    {
        if (
            await ReadAsync(store, run, proofPath, cancellationToken).ConfigureAwait(false) is not { } bytes
            || StoredJson.TryParseObject(bytes) is not { } envelope
            || StoredJson.Text(envelope, "event_id") is not { } eventId
            || StoredJson.Text(envelope, "event_type") != entry.EventType
        )
        {
            return false;
        }

        // Only what the ledger holds to the byte, or what its own key signed: garbage with a later date must not keep a proof away.
        var known = await log.FindByEventIdAsync(eventId, cancellationToken).ConfigureAwait(false);
        return known is not null
            ? known.Index > entry.Index && known.Envelope.Span.SequenceEqual(CanonicalJson.Canonicalize(envelope))
            : StoredJson.Time(envelope, "signed_at") is { } theirs
                && StoredJson.Time(StoredJson.TryParseObject(entry.Envelope.Span), "signed_at") is { } ours
                && theirs > ours
                && theirs <= time.GetUtcNow()
                && EnvelopeVerifier.Verify(envelope, null, null, allowLegacy: true) is { SpecVersionOk: true, SignatureOk: true };
    }

    // Files out of reach hold no tag back; writing the file itself says so.
    private static async Task<byte[]?> ReadAsync(IMlflowStore store, MlflowRun run, string path, CancellationToken cancellationToken)
    {
        try
        {
            return (
                await StoredBytes
                    .ReadAsync(store.OpenArtifacts(run.ArtifactUri), path, StoredBytes.MaxEnvelopeSize, cancellationToken)
                    .ConfigureAwait(false)
            ).Bytes;
        }
        catch (Exception failure) when (failure is UnavailableException or BadInputException)
        {
            return null;
        }
    }
}
