using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>
/// The original's command line, answer for answer (mlflow-events.md §17): <c>verify run|model|trace</c> and <c>audit</c>. It says less than it seems to: nothing compares the record's
/// identifiers with the envelope's, a lineage with nothing anchored passes, and an overlay cannot see removed members. For our own verdict see <c>RunVerifier</c> and its kin.
/// </summary>
/// <param name="store">The tracking store; only read.</param>
/// <param name="envelopes">Where envelopes are found.</param>
/// <param name="attestations">Where attestations are asked for.</param>
/// <param name="time">Says when a bundle was made.</param>
/// <param name="options">What the original takes from its environment.</param>
public sealed class ArioCommand(
    IMlflowStore store,
    IArioEnvelopeSource envelopes,
    IArioAttestationSource attestations,
    TimeProvider time,
    ArioCommandOptions options
)
{
    private const string FormerPredictionTx = "ario.arweave_tx";
    private readonly ArioVerifier _verifier = new(store, envelopes, attestations, options.MinimumLevel);

    /// <summary>Runs a command line. Nothing is written: the result says what the original would write.</summary>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MlflowNotFoundException">There is no such run or model version, or the version's run is gone.</exception>
    /// <exception cref="UnavailableException">The store does not answer.</exception>
    public async Task<ArioCommandResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var (request, error) = ArioArguments.Parse(arguments);
        return request switch
        {
            null => new ArioCommandResult { ExitCode = 2, ErrorOutput = $"{ArioArguments.Usage}error: {error}\n" },
            { Verb: ArioVerb.VerifyRun } => await VerifyRunAsync(request.Id, cancellationToken).ConfigureAwait(false),
            { Verb: ArioVerb.VerifyModel } => await VerifyModelAsync(request.Id, request.Version, cancellationToken).ConfigureAwait(false),
            { Verb: ArioVerb.VerifyTrace } => await VerifyTraceAsync(request.Id, cancellationToken).ConfigureAwait(false),
            { Verb: ArioVerb.Audit } => await AuditAsync(request, cancellationToken).ConfigureAwait(false),
            _ => new ArioCommandResult { ExitCode = 0, Output = ArioArguments.Usage },
        };
    }

    private async Task<ArioCommandResult> VerifyRunAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await ArioLookup.RunAsync(store, runId, cancellationToken).ConfigureAwait(false);
        var shown = ArioText.Shown(runId);
        return run.Tags.GetValueOrDefault(ArioTags.TrainingTx) is { Length: > 0 } transaction
            ? await VerifyAsync(
                    $"Verifying training run {shown}",
                    transaction,
                    ArioPanel.TrainingLabel,
                    "MLflow tag(s) on run",
                    (key, value) => WriteBackStep.RunTag(runId, key, value),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : Refusal($"Run {shown}: no {ArioTags.TrainingTx} tag found. Not anchored.");
    }

    private async Task<ArioCommandResult> VerifyModelAsync(string name, string number, CancellationToken cancellationToken)
    {
        var version = await ArioLookup.VersionAsync(store, name, number, cancellationToken).ConfigureAwait(false);
        var shown = $"{ArioText.Shown(name)}/v{ArioText.Shown(number)}";
        return version.Tags.GetValueOrDefault(ArioTags.RegistrationTx) is { Length: > 0 } transaction
            ? await VerifyAsync(
                    $"Verifying model registration {shown}",
                    transaction,
                    ArioPanel.RegistrationLabel,
                    "MLflow tag(s) on model version",
                    (key, value) => WriteBackStep.VersionTag(name, number, key, value),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : Refusal($"Model {shown}: no {ArioTags.RegistrationTx} tag found. Not anchored.");
    }

    private async Task<ArioCommandResult> VerifyTraceAsync(string traceId, CancellationToken cancellationToken)
    {
        var shown = ArioText.Shown(traceId);
        Trace? trace;
        try
        {
            trace = await store.FindTraceAsync(traceId, cancellationToken).ConfigureAwait(false);
        }
        catch (HallmarkException failure)
        {
            return Refusal($"Could not load trace {shown}: {ArioText.Shown(failure.Message)}");
        }

        if (trace is null)
        {
            return Refusal($"Trace {shown} not found.");
        }

        var transaction = trace.Tags.GetValueOrDefault(ArioTags.PredictionTx) is { Length: > 0 } current
            ? current
            : trace.Tags.GetValueOrDefault(FormerPredictionTx);
        return string.IsNullOrEmpty(transaction)
            ? Refusal($"Trace {shown}: no {ArioTags.PredictionTx} tag found. Not anchored yet.")
            : await VerifyAsync(
                    $"Verifying trace {shown}",
                    transaction,
                    ArioPanel.DecisionLabel,
                    "MLflow trace tag(s)",
                    (key, value) => WriteBackStep.TraceTag(traceId, key, value),
                    cancellationToken
                )
                .ConfigureAwait(false);
    }

    private async Task<ArioCommandResult> VerifyAsync(
        string title,
        string transactionId,
        string label,
        string tagged,
        Func<string, string, WriteBackStep> step,
        CancellationToken cancellationToken
    )
    {
        var result = await _verifier.VerifyAsync(transactionId, cancellationToken).ConfigureAwait(false);
        var tags = ArioAttestation.TagsOfTheOriginal(result.Attestation.ToJson()).Select(tag => step(tag.Key, tag.Value)).ToList();
        return new ArioCommandResult
        {
            ExitCode = result.Overall is true ? 0 : 1,
            Output =
                $"{title}\n  TX: {ArioText.Shown(transactionId)}\n{ArioAuditText.Panel(label, result, transactionId, options.UsesColour)}"
                + (tags.Count == 0 ? "" : $"  -> updated {tags.Count} {tagged}\n"),
            Tags = tags,
        };
    }

    private async Task<ArioCommandResult> AuditAsync(ArioRequest request, CancellationToken cancellationToken)
    {
        var trackingUri = TrackingUris.WithoutCredentials(
            string.IsNullOrEmpty(options.TrackingUri) ? ArioCommandOptions.DefaultTrackingUri : options.TrackingUri
        );
        var audit = await new ArioAudit(store, _verifier, time)
            .RunAsync(request.Id, request.Version, trackingUri, cancellationToken)
            .ConfigureAwait(false);
        var result = new ArioCommandResult { ExitCode = audit.OverallOk ? 0 : 1 };
        return request switch
        {
            { IsJson: false } => result with
            {
                Output = ArioAuditText.Render(audit, options.UsesColour),
                ErrorOutput = request.OutputPath is null ? "" : "--output is for --format json; nothing was written\n",
            },
            { OutputPath: { } path } => result with
            {
                Output =
                    $"audit bundle written to {ArioText.Shown(path)} ({audit.Stages.Count} stages, overall_ok={(audit.OverallOk ? "True" : "False")})\n",
                File = new ArioOutputFile(path, audit.ToText()),
            },
            _ => result with { Output = audit.ToText() },
        };
    }

    private static ArioCommandResult Refusal(string line) => new() { ExitCode = 1, Output = line + "\n" };
}
