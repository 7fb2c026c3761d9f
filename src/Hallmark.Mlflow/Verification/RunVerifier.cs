using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Our verdict on a training run: its proof, its record, what MLflow says now, its files, its chain.</summary>
/// <param name="scope">What may be looked at.</param>
public sealed class RunVerifier(VerificationScope scope)
{
    /// <summary>Verifies a run.</summary>
    /// <exception cref="MlflowNotFoundException">Neither MLflow nor the ledger knows the run.</exception>
    public async Task<Verdict> VerifyAsync(string runId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        var subject = "training run " + runId;
        MlflowRun? run = null;
        FoundProof? proof;
        IReadOnlyCollection<StoredProof> unplaced;
        try
        {
            run = await scope.Store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
            (proof, unplaced) = await FindAsync(scope, runId, run, cancellationToken).ConfigureAwait(false);
        }
        catch (UnavailableException failure)
        {
            return new Verdict(subject, [Answers.OutOfReach(CheckNames.ProofFound, failure)]);
        }
        catch (MlflowFormatException failure) when (run is not null)
        {
            // The run is there, and where it says its files are is no place: the store's fault, not the caller's.
            return new Verdict(subject, [Answers.Failed(CheckNames.ProofFound, "unreadable", failure.Message)]);
        }

        if (proof is null)
        {
            return run is null
                ? throw await UnknownRun.RefuseAsync(scope.Store, runId, cancellationToken).ConfigureAwait(false)
                : new Verdict(subject, [EnvelopeChecks.NotFound("the run " + runId, unplaced)]);
        }

        var record = proof.Record;
        var envelopeSubject = proof.Envelope["subject"];
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
                    ("run_id", StoredJson.Text(envelopeSubject, "run_id"), StoredJson.Text(record, "run_id"), runId)
                ),
                record is null
                    ? NoRecord(CheckNames.LiveRun)
                    : await Answers
                        .RunAsync(CheckNames.LiveRun, () => LiveRunCheck.CheckAsync(scope.Store, run, record, cancellationToken))
                        .ConfigureAwait(false),
                record is null
                    ? NoRecord(CheckNames.Artifacts)
                    : await Answers
                        .RunAsync(CheckNames.Artifacts, () => ArtifactsCheck.OfTrainingAsync(scope, run, record, cancellationToken))
                        .ConfigureAwait(false),
                EnvelopeChecks.Ledger(proof),
                record is null
                    ? NoRecord(CheckNames.Lineage)
                    : await Answers
                        .RunAsync(CheckNames.Lineage, () => new LineageCheck(scope).OfTrainingAsync(proof, record, cancellationToken))
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
    }

    internal static Task<(FoundProof? Proof, System.Collections.Immutable.ImmutableArray<StoredProof> Unplaced)> FindAsync(
        VerificationScope scope,
        string runId,
        MlflowRun? run,
        CancellationToken cancellationToken
    ) =>
        new ProofSearch(scope.Log, scope.Store).FindAsync(
            SubjectKeys.Run(runId),
            EventTypes.Training,
            _ => true,
            run is null ? null : scope.Store.OpenArtifacts(run.ArtifactUri),
            _ => [(ArioPaths.TrainingProof, ArioPaths.TrainingPayload)],
            _ => true,
            cancellationToken
        );

    internal static Check NoRecord(string name) =>
        Answers.NotRun(name, "no_record", "there is no intact record to compare with", isRequired: true);
}
