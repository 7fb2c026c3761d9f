using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Finds and verifies the stage transitions and alias changes of a model version.</summary>
internal sealed class PromotionVerifier(VerificationScope scope)
{
    /// <summary>All promotions of a version, oldest first: from the ledger, else from the run's artifacts.</summary>
    public async Task<IReadOnlyList<FoundProof>> FindAllAsync(ModelVersion version, MlflowRun? run, CancellationToken cancellationToken)
    {
        var artifacts = run is null ? null : scope.Store.OpenArtifacts(run.ArtifactUri);
        var proofs = new List<FoundProof>();
        if (scope.Log is not null)
        {
            var entries = await new VersionEvents(scope.Log, scope.Store).FindAsync(version, cancellationToken).ConfigureAwait(false);
            foreach (var entry in entries.Where(entry => entry.EventType is EventTypes.StageTransition or EventTypes.AliasChanged))
            {
                proofs.Add(
                    new FoundProof
                    {
                        Envelope = StoredJson.TryParseObject(entry.Envelope.Span, DuplicateNames.KeepLast) ?? [],
                        Entry = entry,
                        Stored =
                            artifacts is not null
                            && await ReadAsync(artifacts, entry.EventId, cancellationToken).ConfigureAwait(false) is { } copy
                                ? [copy]
                                : [],
                        HasLedger = true,
                    }
                );
            }
        }

        return proofs.Count > 0 || artifacts is null
            ? proofs
            : await FindStoredAsync(version, artifacts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies one promotion.</summary>
    public async Task<Verdict> VerifyAsync(FoundProof proof, ModelVersion version, CancellationToken cancellationToken)
    {
        var (subject, record) = (proof.Envelope["subject"], proof.Record);
        var number = proof.EventType == EventTypes.AliasChanged ? "to_version" : "model_version";
        return await VerdictNotes
            .VerdictAsync(
                $"{(proof.EventType == EventTypes.AliasChanged ? "alias change" : "stage transition")} of {version.Name}/{version.Version}",
                scope,
                proof,
                cancellationToken,
                EnvelopeChecks.Found(proof),
                EnvelopeChecks.Signature(proof.Envelope, scope.Judge),
                EnvelopeChecks.Record(proof),
                EnvelopeChecks.Identity(
                    proof,
                    ("name", StoredJson.Text(subject, "name"), StoredJson.Text(record, "model_name"), version.Name),
                    ("version", StoredJson.Scalar(subject, "version"), StoredJson.Text(record, number), version.Version)
                ),
                EnvelopeChecks.Ledger(proof),
                record is null
                    ? RunVerifier.NoRecord(CheckNames.Lineage)
                    : await Answers
                        .RunAsync(CheckNames.Lineage, () => LineageAsync(proof, record, version, cancellationToken))
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
    }

    private async Task<Check> LineageAsync(FoundProof proof, JsonObject record, ModelVersion version, CancellationToken cancellationToken)
    {
        var link = HallmarkMember.Of(record)?[HallmarkMember.Previous];
        if (proof.Entry is null)
        {
            return Answers.NotRun(
                CheckNames.Lineage,
                "not_in_ledger",
                "the registration that this promotion follows stands in a ledger that is not at hand",
                isRequired: false
            );
        }

        if (link is null)
        {
            return Answers.Failed(
                CheckNames.Lineage,
                "no_registration_proof",
                "the promotion follows no registration: there was no proof of one when it was recorded"
            );
        }

        var differences = new List<Difference>();
        var registration = await new LineageCheck(scope)
            .FollowAsync("registration", link, EventTypes.Registration, differences, cancellationToken)
            .ConfigureAwait(false);
        if (
            registration is not null
            && (
                StoredJson.Text(registration, "model_name") != version.Name
                || StoredJson.Text(registration, "model_version") != version.Version
            )
        )
        {
            differences.Add(
                new Difference(
                    "registration",
                    $"{version.Name}/{version.Version}",
                    $"{StoredJson.Text(registration, "model_name")}/{StoredJson.Text(registration, "model_version")}",
                    "the promotion follows another version's registration"
                )
            );
        }

        return Answers.Compared(
            CheckNames.Lineage,
            "follows the registration of this version",
            "the promotion does not follow this version's registration",
            differences
        );
    }

    private static async Task<IReadOnlyList<FoundProof>> FindStoredAsync(
        ModelVersion version,
        IArtifactRepository artifacts,
        CancellationToken cancellationToken
    )
    {
        var proofs = new List<FoundProof>();
        await foreach (var file in artifacts.ListFilesAsync("ario/promotions", cancellationToken).ConfigureAwait(false))
        {
            if (
                file.Path.Split('/') is [_, _, var eventId, "proof.json"]
                && ArioPaths.IsSegment(eventId)
                && await ReadAsync(artifacts, eventId, cancellationToken).ConfigureAwait(false) is { Envelope: { } envelope } stored
                && StoredJson.Text(envelope["subject"], "name") == version.Name
                && StoredJson.Scalar(envelope["subject"], "version") == version.Version
            )
            {
                proofs.Add(new FoundProof { Envelope = envelope, Stored = [stored] });
            }
        }

        return [.. proofs.OrderBy(proof => StoredJson.Text(proof.Envelope, "signed_at"), StringComparer.Ordinal)];
    }

    private static Task<StoredProof?> ReadAsync(IArtifactRepository artifacts, string eventId, CancellationToken cancellationToken) =>
        ArioPaths.IsSegment(eventId)
            ? StoredProof.ReadAsync(
                artifacts,
                ArioPaths.OfPromotion(eventId, "proof.json"),
                ArioPaths.OfPromotion(eventId, "payload.json"),
                cancellationToken
            )
            : Task.FromResult<StoredProof?>(null);
}
