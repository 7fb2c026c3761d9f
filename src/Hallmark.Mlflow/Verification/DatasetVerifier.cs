using Hallmark.Artifacts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Our verdict on datasets and files: those that MLflow knows by its own digest, and those that were recorded by their content.</summary>
/// <param name="log">The ledger, which alone holds such events.</param>
/// <param name="judge">Says of a public key whether it may sign.</param>
/// <param name="witnesses">Who else saw the events; null where nobody is asked.</param>
public sealed class DatasetVerifier(
    IEventLogReader log,
    Func<string, DateTimeOffset?, SignerOpinion> judge,
    IWitnessSource? witnesses = null
)
{
    /// <summary>Verifies a dataset input as MLflow holds it now against its newest recorded event of that name and digest.</summary>
    public async Task<Verdict> VerifyInputAsync(DatasetInput dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var subject = $"dataset {dataset.Name} ({dataset.Digest})";
        var entries = await EntriesAsync(SubjectKeys.Dataset(dataset.Name), [EventTypes.Dataset], cancellationToken).ConfigureAwait(false);
        var live = DatasetPayload.Build(dataset, hallmarkMember: false);
        var proofs = entries.Select(ToProof).ToList();
        var proof =
            proofs.LastOrDefault(candidate => candidate.Record is { } payload && Differences(payload, live).Count == 0)
            ?? proofs.LastOrDefault();
        if (proof is null)
        {
            return new Verdict(subject, [EnvelopeChecks.NotFound("the dataset " + dataset.Name, [])]);
        }

        var content = proof.Record is { } record
            ? Answers.Compared(
                "live_dataset",
                "MLflow still holds the recorded dataset",
                "MLflow's dataset is not the recorded one",
                Differences(record, live)
            )
            : RunVerifier.NoRecord("live_dataset");
        return await VerdictAsync(subject, proof, "digest", content, null, cancellationToken).ConfigureAwait(false);

        static IReadOnlyList<Difference> Differences(System.Text.Json.Nodes.JsonObject anchored, System.Text.Json.Nodes.JsonObject found)
        {
            var copy = anchored.DeepClone().AsObject();
            copy.Remove(HallmarkMember.Name);
            return JsonDifferences.Between("", copy, found);
        }
    }

    /// <summary>Hashes a file or folder and verifies it against the event that recorded its content.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="name">The name it was recorded under, or null for the last part of its path.</param>
    /// <param name="isDataset">True for a dataset, false for another file.</param>
    /// <param name="progress">Told of each step; may be null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Verdict> VerifyContentAsync(
        string path,
        string? name,
        bool isDataset,
        IProgress<HashingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var facts = await ContentReading.ReadAsync(path, name, isDataset, progress, cancellationToken).ConfigureAwait(false);
        var subject = (isDataset ? "dataset " : "file ") + facts.Name;
        var key = isDataset ? SubjectKeys.Dataset(facts.Name) : SubjectKeys.File(facts.Name);
        var entries = await EntriesAsync(key, [isDataset ? EventTypes.DatasetContent : EventTypes.FileAnchored], cancellationToken)
            .ConfigureAwait(false);
        var proofs = entries.Select(ToProof).ToList();

        // Two files of one name are two subjects: one that was recorded with this very content is the one meant.
        var proof =
            proofs.LastOrDefault(candidate => StoredJson.Text(candidate.Record, "digest") == facts.Digest) ?? proofs.LastOrDefault();
        if (proof is null)
        {
            return new Verdict(subject, [EnvelopeChecks.NotFound($"the {subject}", [])]);
        }

        var files = ContentPayload.FilesOf(facts);
        var content = proof.Record is { } record
            ? Answers.Compared(
                "content",
                $"all {facts.Checksums.Count} file(s) have the recorded SHA-256",
                "the content is not the recorded one",
                JsonDifferences.Between("", record["files"], files)
            )
            : RunVerifier.NoRecord("content");
        return await VerdictAsync(subject, proof, "digest", content, facts.Name, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<LoggedEntry>> EntriesAsync(string key, string[] types, CancellationToken cancellationToken) =>
        [.. (await log.FindBySubjectAsync(key, cancellationToken).ConfigureAwait(false)).Where(entry => types.Contains(entry.EventType))];

    private static FoundProof ToProof(LoggedEntry entry) =>
        new()
        {
            Envelope = StoredJson.TryParseObject(entry.Envelope.Span, DuplicateNames.KeepLast) ?? [],
            Entry = entry,
            HasLedger = true,
        };

    private async Task<Verdict> VerdictAsync(
        string subject,
        FoundProof proof,
        string digestMember,
        Check content,
        string? asked,
        CancellationToken cancellationToken
    )
    {
        var (inEnvelope, record) = (proof.Envelope["subject"], proof.Record);
        Check[] checks =
        [
            EnvelopeChecks.Found(proof),
            EnvelopeChecks.Signature(proof.Envelope, judge),
            EnvelopeChecks.Record(proof),
            EnvelopeChecks.Identity(
                proof,
                ("name", StoredJson.Text(inEnvelope, "name"), StoredJson.Text(record, "name"), asked),
                (digestMember, StoredJson.Text(inEnvelope, digestMember), StoredJson.Text(record, digestMember), null)
            ),
            content,
            EnvelopeChecks.Ledger(proof),
        ];
        return await VerdictNotes.VerdictAsync(subject, judge, witnesses, proof, [.. checks], cancellationToken).ConfigureAwait(false);
    }
}
