using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Our verdict on a trace: the proof of the prediction that it belongs to, its record, and whether the trace still says the same.</summary>
/// <param name="scope">What may be looked at.</param>
public sealed class TraceVerifier(VerificationScope scope)
{
    /// <summary>Verifies the prediction of a trace.</summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="decisionId">The prediction, where the trace cannot say it any more; else null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MlflowNotFoundException">MLflow does not know the trace, and no prediction was named.</exception>
    /// <exception cref="BadInputException">The decision id is none.</exception>
    public async Task<Verdict> VerifyAsync(string traceId, string? decisionId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(traceId);
        var subject = "trace " + traceId;
        Trace? trace;
        TraceProof? proof;
        string? decision;
        try
        {
            trace = await scope.Store.FindTraceAsync(traceId, cancellationToken).ConfigureAwait(false);
            decision = decisionId ?? trace?.Tags.GetValueOrDefault(ArioTags.DecisionId) ?? ToldDecision(trace);
            if (trace is null && decision is null)
            {
                throw new MlflowNotFoundException(
                    $"there is no trace {traceId} in the store",
                    $"where it was deleted or pruned, name its prediction: hallmark verify trace {Shown(traceId)} --decision DECISION_ID",
                    "a ledger is looked up by decision id, not by trace: it is the Hallmark-Decision-Id of the answer, and the name of the prediction's folder below ario/predictions in its run",
                    "or go through the whole ledger: hallmark ledger export | "
                        + $"jq -r 'select(.record) | select(.record | @base64d | contains(\"{Shown(traceId)}\")) | .event_id'"
                );
            }

            if (decision is not null && !ArioPaths.IsSegment(decision))
            {
                throw new BadInputException($"the decision id {JsonDifferences.Show(decision)} is none");
            }

            proof = decision is null
                ? null
                : await new TraceProofSearch(scope).FindAsync(decision, trace, cancellationToken).ConfigureAwait(false);
        }
        catch (UnavailableException failure)
        {
            return new Verdict(subject, [Answers.OutOfReach(CheckNames.ProofFound, failure)]);
        }

        if (proof is null)
        {
            var what = decision is null ? $"the trace {traceId} names no prediction, and so" : $"the prediction {decision}";
            return new Verdict(subject, [EnvelopeChecks.NotFound(what, [])]);
        }

        return await VerdictNotes
            .VerdictAsync(
                subject,
                scope,
                proof.Found,
                cancellationToken,
                Found(proof),
                EnvelopeChecks.Signature(proof.Found.Envelope, scope.Judge),
                EnvelopeChecks.Record(proof.Found),
                Identity(proof, traceId, decision),
                proof is { Payload: { } payload, PayloadBytes: { } bytes }
                    ? LiveTraceCheck.Of(trace, traceId, payload, bytes)
                    : RunVerifier.NoRecord(CheckNames.LiveTrace),
                EnvelopeChecks.Ledger(proof.Found)
            )
            .ConfigureAwait(false);
    }

    // A hint is copied into a shell.
    private static string Shown(string traceId) => traceId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-') ? traceId : "TRACE_ID";

    // A tag that lost its name may still stand in the record's own tag.
    private static string? ToldDecision(Trace? trace) =>
        trace?.Tags.GetValueOrDefault(ArioTags.PayloadJson) is { } text
            ? StoredJson.Text(StoredJson.TryParseObject(System.Text.Encoding.UTF8.GetBytes(text)), "decision_id")
            : null;

    private static Check Found(TraceProof proof) =>
        Answers.Passed(
            CheckNames.ProofFound,
            $"prediction {proof.DecisionId} ({(proof.IsBatched ? "batched" : "direct")})"
                + (proof.Found.Entry is null ? ", from MLflow" : ", from the ledger")
        );

    private static Check Identity(TraceProof proof, string traceId, string? decisionId)
    {
        if (proof.Payload is not { } payload)
        {
            return RunVerifier.NoRecord(CheckNames.Identity);
        }

        var differences = new List<Difference>();
        Compare("event_type", proof.IsBatched ? EventTypes.Prediction : proof.Found.EventType, StoredJson.Text(payload, "event_type"));
        Compare("event_type", EventTypes.Prediction, StoredJson.Text(payload, "event_type"));
        Compare("decision_id", proof.DecisionId, StoredJson.Text(payload, "decision_id"));
        Compare("decision_id", decisionId, StoredJson.Text(payload, "decision_id"));
        if (!proof.IsBatched)
        {
            var subject = proof.Found.Envelope["subject"];
            Compare("run_id", StoredJson.Text(subject, "model_run_id"), StoredJson.Text(payload, "run_id"));
            Compare("trace_id", StoredJson.Text(subject, "trace_id"), StoredJson.Text(payload, "mlflow_trace_id"));
        }

        if (StoredJson.Text(payload, "mlflow_trace_id") is var recorded && recorded != traceId)
        {
            differences.Add(new Difference("mlflow_trace_id", recorded, traceId, "record and what was asked for"));
        }

        if (!proof.CommitsToPayload)
        {
            differences.Add(
                new Difference(
                    "event.content_hash",
                    StoredJson.Text(proof.Found.Record?["event"], "content_hash"),
                    null,
                    "record and the prediction in it"
                )
            );
        }

        return Answers.Compared(
            CheckNames.Identity,
            "envelope and record speak of the prediction of this trace",
            "the envelope speaks of another prediction than its record, or than this trace's",
            differences
        );

        void Compare(string name, string? inEnvelope, string? inRecord)
        {
            if (inEnvelope is null || inEnvelope != inRecord)
            {
                differences.Add(new Difference(name, inEnvelope, inRecord, "envelope and record"));
            }
        }
    }
}
