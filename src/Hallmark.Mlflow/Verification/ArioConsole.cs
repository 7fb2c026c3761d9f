using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>The original's commands <c>verify</c> and <c>audit</c>, text for text (mlflow-events.md §17), for those who have scripts that read them.</summary>
/// <param name="store">The MLflow store.</param>
/// <param name="fetch">Fetches an envelope by its transaction id; null where none is found.</param>
/// <param name="attest">What the attestation service says of a transaction.</param>
/// <param name="time">The clock.</param>
public sealed class ArioConsole(IMlflowStore store, Func<string, JsonNode?> fetch, Func<string, AttestationAnswer?> attest, TimeProvider time)
{
    private const string Rule = "==================================================";
    private const string OldPredictionTx = "ario.arweave_tx";
    private static readonly Dictionary<string, string> NoTags = new(StringComparer.Ordinal);

    /// <summary>A name and a version out of <c>name/version</c>; a missing version means <c>1</c>.</summary>
    public static (string Name, string Version) SplitModel(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        var parts = argument.Split('/');
        return (parts[0], parts.Length > 1 ? parts[1] : "1");
    }

    /// <summary><c>verify run</c>.</summary>
    public async Task<ArioConsoleAnswer> VerifyRunAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
        return run?.Tags.GetValueOrDefault(ArioTags.TrainingTx) is { Length: > 0 } transaction
            ? await VerifyAsync($"Verifying training run {runId}", "Training Record Matches", transaction, "MLflow tag(s) on run", cancellationToken).ConfigureAwait(false)
            : new ArioConsoleAnswer($"Run {runId}: no ario.training_tx tag found. Not anchored.\n", 1, NoTags);
    }

    /// <summary><c>verify model</c>.</summary>
    public async Task<ArioConsoleAnswer> VerifyModelAsync(string name, string version, CancellationToken cancellationToken)
    {
        var found = await store.FindModelVersionAsync(name, version, cancellationToken).ConfigureAwait(false);
        return found?.Tags.GetValueOrDefault(ArioTags.RegistrationTx) is { Length: > 0 } transaction
            ? await VerifyAsync(
                $"Verifying model registration {name}/v{version}", "Registration Record Matches", transaction, "MLflow tag(s) on model version", cancellationToken).ConfigureAwait(false)
            : new ArioConsoleAnswer($"Model {name}/v{version}: no ario.registration_tx tag found. Not anchored.\n", 1, NoTags);
    }

    /// <summary><c>verify trace</c>.</summary>
    public async Task<ArioConsoleAnswer> VerifyTraceAsync(string traceId, CancellationToken cancellationToken)
    {
        Trace? trace;
        try
        {
            trace = await store.FindTraceAsync(traceId, cancellationToken).ConfigureAwait(false);
        }
        catch (HallmarkException failure)
        {
            return new ArioConsoleAnswer($"Could not load trace {traceId}: {failure.Message}\n", 1, NoTags);
        }

        if (trace is null)
        {
            return new ArioConsoleAnswer($"Trace {traceId} not found.\n", 1, NoTags);
        }

        var transaction = trace.Tags.GetValueOrDefault(ArioTags.PredictionTx) is { Length: > 0 } now ? now : trace.Tags.GetValueOrDefault(OldPredictionTx);
        return string.IsNullOrEmpty(transaction)
            ? new ArioConsoleAnswer($"Trace {traceId}: no ario.prediction_tx tag found. Not anchored yet.\n", 1, NoTags)
            : await VerifyAsync($"Verifying trace {traceId}", "Decision Record Matches", transaction, "MLflow trace tag(s)", cancellationToken).ConfigureAwait(false);
    }

    /// <summary><c>audit</c>: the bundle, and the text that the original prints of it.</summary>
    /// <exception cref="MlflowNotFoundException">There is no such version.</exception>
    public async Task<(AuditBundle Bundle, ArioConsoleAnswer Text)> AuditAsync(string name, string version, string trackingUri, CancellationToken cancellationToken)
    {
        var found = await store.FindModelVersionAsync(name, version, cancellationToken).ConfigureAwait(false)
            ?? throw new MlflowNotFoundException($"there is no version {version} of the model \"{name}\" in {store.TrackingUri}");
        var run = found.RunId is null ? null : await store.FindRunAsync(found.RunId, cancellationToken).ConfigureAwait(false);
        var bundle = new AuditBundle
        {
            Model = name,
            Version = version,
            GeneratedAt = time.GetUtcNow(),
            TrackingUri = trackingUri,
            RunId = found.RunId,
            CurrentStage = found.CurrentStage,
            ArtifactHash = run?.Tags.GetValueOrDefault(ArioTags.ArtifactHash),
            Stages =
            [
                await StageAsync("training", run?.Tags.GetValueOrDefault(ArioTags.TrainingTx), cancellationToken).ConfigureAwait(false),
                await StageAsync("registration", found.Tags.GetValueOrDefault(ArioTags.RegistrationTx), cancellationToken).ConfigureAwait(false),
                await StageAsync("promotion", found.Tags.GetValueOrDefault(ArioTags.PromotionTx), cancellationToken).ConfigureAwait(false),
            ],
            OverallOk = true,
        };
        bundle = bundle with { OverallOk = bundle.NoAnchoredStageFailed };
        return (bundle, new ArioConsoleAnswer(Text(bundle), bundle.OverallOk ? 0 : 1, NoTags));
    }

    private static string Text(AuditBundle bundle)
    {
        var text = new StringBuilder();
        text.Append("Auditing model lineage: ").Append(bundle.Model).Append("/v").Append(bundle.Version).Append('\n').Append(Rule).Append('\n');
        string[] titles = [$"Training (run {bundle.RunId ?? "unknown"})", $"Registration (v{bundle.Version})", $"Promotion ({bundle.CurrentStage})"];
        foreach (var (title, stage) in titles.Zip(bundle.Stages))
        {
            text.Append('\n').Append(title).Append(":\n");
            text.Append(!stage.IsAnchored ? "  Not anchored.\n"
                : stage.Result is null ? CouldNotFetch(stage.TransactionId ?? "")
                : ArioPanel.Write(stage.Result, stage.Name == "training" ? "Training Record Matches" : "Registration Record Matches"));
        }

        text.Append("\nArtifact integrity:\n");
        text.Append(bundle.ArtifactHash is { } hash ? $"  Anchored hash: {hash[..Math.Min(24, hash.Length)]}...\n" : "  No artifact hash recorded.\n");
        return text.Append('\n').Append(Rule).Append('\n').Append(bundle.OverallOk ? "Overall: ✓ All checks passed\n" : "Overall: ✗ Issues found\n").ToString();
    }

    private static string CouldNotFetch(string transaction) => $"  Could not fetch envelope from ar.io for TX {transaction}.\n";

    private async Task<AuditStage> StageAsync(string stage, string? transaction, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(transaction))
        {
            return new AuditStage(stage, null, false, null);
        }

        var result = await CheckAsync(transaction, cancellationToken).ConfigureAwait(false);
        return new AuditStage(stage, transaction, true, result);
    }

    private async Task<ArioConsoleAnswer> VerifyAsync(string title, string label, string transaction, string updated, CancellationToken cancellationToken)
    {
        var text = new StringBuilder().Append(title).Append("\n  TX: ").Append(transaction).Append('\n');
        if (await CheckAsync(transaction, cancellationToken).ConfigureAwait(false) is not { } result)
        {
            return new ArioConsoleAnswer(text.Append(CouldNotFetch(transaction)).ToString(), 1, NoTags);
        }

        text.Append(ArioPanel.Write(result, label));
        var tags = ArioAttestation.TagsOfTheOriginal(result.Attestation.ToJson());
        if (tags.Count > 0)
        {
            text.Append("  -> updated ").Append(tags.Count).Append(' ').Append(updated).Append('\n');
        }

        return new ArioConsoleAnswer(text.ToString(), result.Overall is true ? 0 : 1, tags);
    }

    private async Task<ArioResult?> CheckAsync(string transaction, CancellationToken cancellationToken) => fetch(transaction) is not { } envelope
        ? null
        : await ArioVerification.FullVerifyAsync(envelope, store, attest(transaction), ArioAttestation.DefaultMinimumLevel, transaction, cancellationToken).ConfigureAwait(false);
}
