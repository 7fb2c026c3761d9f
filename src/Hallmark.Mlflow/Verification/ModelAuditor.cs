using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Audits a model version: its training, its registration, and every promotion.</summary>
/// <param name="scope">What may be looked at.</param>
/// <param name="time">The clock.</param>
public sealed class ModelAuditor(VerificationScope scope, TimeProvider time)
{
    /// <summary>Audits a version.</summary>
    /// <exception cref="MlflowNotFoundException">There is no such version.</exception>
    /// <exception cref="UnavailableException">The registry does not answer, so that not even the version can be read.</exception>
    public async Task<ModelAudit> AuditAsync(string name, string version, CancellationToken cancellationToken)
    {
        var found =
            await scope.Store.FindModelVersionAsync(name, version, cancellationToken).ConfigureAwait(false)
            ?? throw new MlflowNotFoundException($"there is no version {version} of the model \"{name}\" in {scope.Store.TrackingUri}");
        var runId = await VersionRun.FindIdAsync(scope.Store, found, cancellationToken).ConfigureAwait(false);
        var run = await VersionRun.FindAsync(scope.Store, runId, cancellationToken).ConfigureAwait(false);

        var training = await TrainingAsync(runId, run, cancellationToken).ConfigureAwait(false);
        var registration = await new ModelVersionVerifier(scope).VerifyAsync(name, version, cancellationToken).ConfigureAwait(false);
        var (promotions, newest) = await PromotionsAsync(found, run, cancellationToken).ConfigureAwait(false);
        var stages = ImmutableArray.Create(
            await StageAsync(
                    "training",
                    run?.Tags.GetValueOrDefault(ArioTags.TrainingTx),
                    await EnvelopeAsync(runId, run, cancellationToken).ConfigureAwait(false),
                    cancellationToken
                )
                .ConfigureAwait(false),
            await StageAsync(
                    "registration",
                    found.Tags.GetValueOrDefault(ArioTags.RegistrationTx),
                    await EnvelopeAsync(found, run, cancellationToken).ConfigureAwait(false),
                    cancellationToken
                )
                .ConfigureAwait(false),
            await StageAsync("promotion", found.Tags.GetValueOrDefault(ArioTags.PromotionTx), newest?.Envelope, cancellationToken)
                .ConfigureAwait(false)
        );
        var bundle = new AuditBundle
        {
            Model = name,
            Version = version,
            GeneratedAt = time.GetUtcNow(),
            TrackingUri = scope.Store.TrackingUri,
            RunId = runId,
            CurrentStage = found.CurrentStage,
            ArtifactHash = run?.Tags.GetValueOrDefault(ArioTags.ArtifactHash),
            Stages = stages,
            OverallOk = false,
        };
        var audit = new ModelAudit(bundle, training, registration, promotions);
        return audit with { Bundle = bundle with { OverallOk = audit.Status is VerdictStatus.Verified, Hallmark = MemberOf(audit) } };
    }

    private async Task<Verdict> TrainingAsync(string? runId, MlflowRun? run, CancellationToken cancellationToken)
    {
        if (runId is null)
        {
            return new Verdict(
                "training run (unknown)",
                [Answers.Failed(CheckNames.ProofFound, "no_source_run", "the version names no run, so nothing leads back to a training")]
            );
        }

        try
        {
            return await new RunVerifier(scope).VerifyAsync(runId, cancellationToken).ConfigureAwait(false);
        }
        catch (MlflowNotFoundException failure)
        {
            return new Verdict("training run " + runId, [Answers.Failed(CheckNames.ProofFound, "run_missing", failure.Message)]);
        }
        catch (BadInputException failure) when (run is null)
        {
            return new Verdict("training run " + runId, [Answers.Failed(CheckNames.ProofFound, "unreadable", failure.Message)]);
        }
    }

    private async Task<(ImmutableArray<Verdict> Verdicts, FoundProof? NewestTransition)> PromotionsAsync(
        ModelVersion version,
        MlflowRun? run,
        CancellationToken cancellationToken
    )
    {
        var subject = $"promotion of {version.Name}/{version.Version}";
        try
        {
            var verifier = new PromotionVerifier(scope);
            var proofs = await verifier.FindAllAsync(version, run, cancellationToken).ConfigureAwait(false);
            var verdicts = ImmutableArray.CreateBuilder<Verdict>();
            foreach (var proof in proofs)
            {
                verdicts.Add(await verifier.VerifyAsync(proof, version, cancellationToken).ConfigureAwait(false));
            }

            var newest = proofs.LastOrDefault(proof => proof.EventType == EventTypes.StageTransition);
            if (newest is null && version.CurrentStage != "None")
            {
                verdicts.Add(
                    new Verdict(
                        subject,
                        [
                            Answers.Failed(
                                CheckNames.ProofFound,
                                "not_anchored",
                                $"the version is in stage {version.CurrentStage}, and no envelope says how it came there"
                            ),
                        ]
                    )
                );
            }

            return (verdicts.ToImmutable(), newest);
        }
        catch (UnavailableException failure)
        {
            return ([new Verdict(subject, [Answers.OutOfReach(CheckNames.ProofFound, failure)])], null);
        }
        catch (MlflowFormatException failure)
        {
            return ([new Verdict(subject, [Answers.Failed(CheckNames.ProofFound, "unreadable", failure.Message)])], null);
        }
    }

    private async Task<AuditStage> StageAsync(string stage, string? transaction, JsonObject? envelope, CancellationToken cancellationToken)
    {
        if (envelope is null)
        {
            return new AuditStage(stage, transaction, !string.IsNullOrEmpty(transaction), null);
        }

        var result = await ArioVerification
            .FullVerifyAsync(envelope, scope.Store, null, ArioAttestation.DefaultMinimumLevel, transaction, cancellationToken)
            .ConfigureAwait(false);
        return new AuditStage(stage, transaction, true, result);
    }

    private async Task<JsonObject?> EnvelopeAsync(string? runId, MlflowRun? run, CancellationToken cancellationToken)
    {
        try
        {
            return runId is null
                ? null
                : (await RunVerifier.FindAsync(scope, runId, run, cancellationToken).ConfigureAwait(false)).Proof?.Envelope;
        }
        catch (Exception failure) when (failure is UnavailableException or MlflowFormatException)
        {
            // The verdict says it; the bundle shows the stage without checks.
            return null;
        }
    }

    private async Task<JsonObject?> EnvelopeAsync(ModelVersion version, MlflowRun? run, CancellationToken cancellationToken)
    {
        try
        {
            return (
                await new ModelVersionVerifier(scope)
                    .FindAsync(version.Name, version.Version, version, run, cancellationToken)
                    .ConfigureAwait(false)
            )
                .Proof
                ?.Envelope;
        }
        catch (Exception failure) when (failure is UnavailableException or MlflowFormatException)
        {
            return null;
        }
    }

    private static JsonObject MemberOf(ModelAudit audit) =>
        new()
        {
            ["status"] = audit.Status.ToString().ToLowerInvariant(),
            ["verdicts"] = new JsonArray([.. audit.Verdicts.Select(verdict => (JsonNode)VerdictJson.Write(verdict))]),
        };
}
