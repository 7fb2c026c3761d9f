using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>Audits a model version as the original does: its run's training, its registration, its latest promotion (mlflow-events.md §17).</summary>
internal sealed class ArioAudit(IMlflowStore store, ArioVerifier verifier, TimeProvider time)
{
    public const string Training = "training";
    public const string Registration = "registration";
    public const string Promotion = "promotion";

    public async Task<ArioAuditBundle> RunAsync(string name, string number, string trackingUri, CancellationToken cancellationToken)
    {
        var version = await ArioLookup.VersionAsync(store, name, number, cancellationToken).ConfigureAwait(false);
        var run = string.IsNullOrEmpty(version.RunId)
            ? null
            : await ArioLookup.RunAsync(store, version.RunId, cancellationToken).ConfigureAwait(false);
        return new ArioAuditBundle
        {
            Model = name,
            Version = number,
            TrackingUri = trackingUri,
            RunId = run?.RunId,
            CurrentStage = version.CurrentStage,
            ArtifactHash = run?.Tags.GetValueOrDefault(ArioTags.ArtifactHash),
            Stages =
            [
                await StageAsync(Training, run?.Tags.GetValueOrDefault(ArioTags.TrainingTx), cancellationToken).ConfigureAwait(false),
                await StageAsync(Registration, version.Tags.GetValueOrDefault(ArioTags.RegistrationTx), cancellationToken)
                    .ConfigureAwait(false),
                await StageAsync(Promotion, version.Tags.GetValueOrDefault(ArioTags.PromotionTx), cancellationToken).ConfigureAwait(false),
            ],
            GeneratedAt = time.GetUtcNow(),
        };
    }

    private async Task<ArioAuditStage> StageAsync(string name, string? transactionId, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(transactionId)
            ? new ArioAuditStage(name, null, null)
            : new ArioAuditStage(name, transactionId, await verifier.VerifyAsync(transactionId, cancellationToken).ConfigureAwait(false));
}
