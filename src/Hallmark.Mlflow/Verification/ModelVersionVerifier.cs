using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Our verdict on a registered model version: its registration's proof and record, its files, the registry, and the training behind it.</summary>
/// <param name="scope">What may be looked at.</param>
public sealed class ModelVersionVerifier(VerificationScope scope)
{
    /// <summary>Verifies a version.</summary>
    /// <exception cref="MlflowNotFoundException">Neither MLflow nor the ledger knows the version.</exception>
    public async Task<Verdict> VerifyAsync(string name, string version, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(version);
        var subject = $"model version {name}/{version}";
        ModelVersion? found = null;
        FoundProof? proof;
        ImmutableArray<StoredProof> unplaced;
        try
        {
            found = await scope.Store.FindModelVersionAsync(name, version, cancellationToken).ConfigureAwait(false);
            var runId = found is null ? null : await VersionRun.FindIdAsync(scope.Store, found, cancellationToken).ConfigureAwait(false);
            var run = await VersionRun.FindAsync(scope.Store, runId, cancellationToken).ConfigureAwait(false);
            (proof, unplaced) = await FindAsync(name, version, found, run, cancellationToken).ConfigureAwait(false);
        }
        catch (UnavailableException failure)
        {
            return new Verdict(subject, [Answers.OutOfReach(CheckNames.ProofFound, failure)]);
        }
        catch (MlflowFormatException failure) when (found is not null)
        {
            // The version is there, and where its run says the files are is no place: the store's fault, not the caller's.
            return new Verdict(subject, [Answers.Failed(CheckNames.ProofFound, "unreadable", failure.Message)]);
        }

        if (proof is null)
        {
            return found is null
                ? throw new MlflowNotFoundException($"there is no version {version} of the model \"{name}\" in {scope.Store.TrackingUri}")
                : new Verdict(subject, [EnvelopeChecks.NotFound(subject, unplaced)]);
        }

        var record = proof.Record;
        var envelopeSubject = proof.Envelope["subject"];
        JsonObject? training = null;
        var lineage = record is null
            ? RunVerifier.NoRecord(CheckNames.Lineage)
            : await Answers
                .RunAsync(
                    CheckNames.Lineage,
                    async () =>
                    {
                        (var check, training) = await CheckLineageAsync(proof, record, cancellationToken).ConfigureAwait(false);
                        return check;
                    }
                )
                .ConfigureAwait(false);
        return await VerdictNotes
            .VerdictAsync(
                subject,
                scope,
                proof,
                cancellationToken,
                EnvelopeChecks.Found(proof),
                EnvelopeChecks.Signature(proof.Envelope, scope.Judge),
                EnvelopeChecks.Record(proof),
                EnvelopeChecks.Identity(
                    proof,
                    ("name", StoredJson.Text(envelopeSubject, "name"), StoredJson.Text(record, "model_name"), name),
                    ("version", StoredJson.Scalar(envelopeSubject, "version"), StoredJson.Text(record, "model_version"), version)
                ),
                record is null
                    ? RunVerifier.NoRecord(CheckNames.LiveRegistry)
                    : await Answers
                        .RunAsync(CheckNames.LiveRegistry, () => RegistryCheck.CheckAsync(scope, found, record, cancellationToken))
                        .ConfigureAwait(false),
                record is null
                    ? RunVerifier.NoRecord(CheckNames.Artifacts)
                    : await Answers
                        .RunAsync(
                            CheckNames.Artifacts,
                            () => VersionArtifactsCheck.CheckAsync(scope, found, record, training, cancellationToken)
                        )
                        .ConfigureAwait(false),
                EnvelopeChecks.Ledger(proof),
                lineage
            )
            .ConfigureAwait(false);
    }

    internal async Task<(FoundProof? Proof, ImmutableArray<StoredProof> Unplaced)> FindAsync(
        string name,
        string number,
        ModelVersion? version,
        MlflowRun? run,
        CancellationToken cancellationToken
    )
    {
        var artifacts = run is null ? null : scope.Store.OpenArtifacts(run.ArtifactUri);
        var own = new List<string>();
        if (artifacts is not null && scope.Log is null)
        {
            await foreach (var file in artifacts.ListFilesAsync("ario/registrations", cancellationToken).ConfigureAwait(false))
            {
                if (file.Path.Split('/') is [_, _, var eventId, "proof.json"] && ArioPaths.IsSegment(eventId))
                {
                    own.Add(eventId);
                }
            }
        }

        return await new ProofSearch(scope.Log, scope.Store)
            .FindAsync(
                SubjectKeys.ModelVersion(name, number),
                EventTypes.Registration,
                payload =>
                    version is null
                    || (StoredJson.Text(payload, "source") == version.Source && StoredJson.Text(payload, "source_run_id") == run?.RunId),
                artifacts,
                eventId =>
                    [
                        .. own.Concat(ArioPaths.IsSegment(eventId) ? [eventId!] : [])
                            .Select(id => (ArioPaths.OfRegistration(id, "proof.json"), ArioPaths.OfRegistration(id, "payload.json"))),
                        (ArioPaths.RegistrationProof, ArioPaths.RegistrationPayload),
                    ],
                envelope =>
                    StoredJson.Text(envelope["subject"], "name") == name && StoredJson.Scalar(envelope["subject"], "version") == number,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    // registration ← training ← datasets ← the beginning
    private async Task<(Check Check, JsonObject? Training)> CheckLineageAsync(
        FoundProof proof,
        JsonObject record,
        CancellationToken cancellationToken
    )
    {
        if (StoredJson.Text(record, "source_run_id") is not { } runId)
        {
            return (
                Answers.Failed(CheckNames.Lineage, "no_source_run", "the registration names no run, so nothing leads back to a training"),
                null
            );
        }

        var run = await scope.Store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
        var (training, _) = await RunVerifier.FindAsync(scope, runId, run, cancellationToken).ConfigureAwait(false);
        var link = HallmarkMember.Of(record)?[HallmarkMember.Previous];
        if (link is null)
        {
            return training is null
                ? (Answers.Failed(CheckNames.Lineage, "no_training_proof", $"there is no proof of the training of run {runId}"), null)
                : Unlinked(proof, training, record);
        }

        if (training is null || proof.Entry is not null)
        {
            // What the ledger recorded it must still hold, whatever MLflow says.
            var differences = new List<Difference>();
            var lineage = new LineageCheck(scope);
            var payload = scope.Log is null
                ? null
                : await lineage.FollowAsync("training", link, EventTypes.Training, differences, cancellationToken).ConfigureAwait(false);
            if (payload is null)
            {
                return (
                    Answers.Failed(
                        CheckNames.Lineage,
                        "no_training_proof",
                        $"the training of run {runId} that this registration follows cannot be found",
                        differences
                    ),
                    null
                );
            }

            return await TrainingAsync(payload, link, record, cancellationToken).ConfigureAwait(false);
        }

        var signature = EnvelopeChecks.Signature(training.Envelope, scope.Judge);
        return training.PayloadHash != StoredJson.Text(link, "payload_hash") || training.Record is not { } stored
                ? (
                    Answers.Failed(
                        CheckNames.Lineage,
                        "wrong_link",
                        "the training proof in MLflow is not the one that this registration follows",
                        [new Difference("training", StoredJson.Text(link, "payload_hash"), training.PayloadHash)]
                    ),
                    null
                )
            : signature.Outcome is not CheckOutcome.Passed
                ? (Answers.Failed(CheckNames.Lineage, "wrong_signer", "training: " + signature.Detail), stored)
            : Judge(stored, record, $"the training of run {runId}, from MLflow; no ledger was at hand to follow it further");
    }

    private async Task<(Check Check, JsonObject? Training)> TrainingAsync(
        JsonObject payload,
        JsonNode link,
        JsonObject record,
        CancellationToken cancellationToken
    )
    {
        var entry = await scope.Log!.FindByEventIdAsync(StoredJson.Text(link, "event_id")!, cancellationToken).ConfigureAwait(false); // the caller followed it through the ledger
        var proof = new FoundProof
        {
            Envelope = StoredJson.TryParseObject(entry!.Envelope.Span)!,
            Entry = entry,
            HasLedger = true,
        }; // likewise
        var behind = await new LineageCheck(scope).OfTrainingAsync(proof, payload, cancellationToken).ConfigureAwait(false);
        return behind.Outcome is CheckOutcome.Failed
            ? (behind, payload)
            : Judge(payload, record, $"the training of run {StoredJson.Text(record, "source_run_id")}; behind it {behind.Detail}");
    }

    private (Check Check, JsonObject? Training) Unlinked(FoundProof proof, FoundProof training, JsonObject record)
    {
        var signature = EnvelopeChecks.Signature(training.Envelope, scope.Judge);
        var link = StoredJson.Text(proof.Envelope, "previous_hash");
        return training.Record is not { } payload
                ? (Answers.Failed(CheckNames.Lineage, "no_training_proof", "the record of the training is missing or changed"), null)
            : signature.Outcome is not CheckOutcome.Passed
                ? (Answers.Failed(CheckNames.Lineage, "wrong_signer", "training: " + signature.Detail), payload)
            : Judge(payload, record, $"the training of the same run; the link itself ({link}) names an upload, which is not followed here");
    }

    private static (Check Check, JsonObject? Training) Judge(JsonObject training, JsonObject record, string detail)
    {
        var runId = StoredJson.Text(record, "source_run_id");
        var anchored = StoredJson.Text(record, "artifact_hash");
        var trained = training["artifact_checksums"] is JsonObject { Count: > 0 } map ? RecordHash.OfCanonical(map) : null;
        var check =
            StoredJson.Text(training, "run_id") != runId
                ? Answers.Failed(
                    CheckNames.Lineage,
                    "wrong_link",
                    "the training that this registration follows is another run's",
                    [new Difference("run_id", runId, StoredJson.Text(training, "run_id"))]
                )
            : anchored is not null && trained is not null && anchored != trained
                ? Answers.Failed(
                    CheckNames.Lineage,
                    "wrong_artifacts",
                    "the registration commits to other files than the training it follows",
                    [new Difference("artifact_hash", trained, anchored)]
                )
            : Answers.Passed(CheckNames.Lineage, detail);
        return (check, training);
    }
}
