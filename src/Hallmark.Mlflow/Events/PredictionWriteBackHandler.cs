using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Writes the files and trace tags of many predictions, from what the ledger holds of them. Each may be written again with the same effect. One that MLflow refuses holds up
/// no other; what was deleted in MLflow since is left alone.
/// </summary>
/// <param name="log">Where the predictions stand.</param>
/// <param name="open">Opens the store of a tracking URI (without credentials); the handler disposes of it.</param>
/// <param name="kind">The kind of work that it takes: one store's, or what an earlier version left for all.</param>
public sealed class PredictionWriteBackHandler(
    IEventLogReader log,
    Func<string, CancellationToken, Task<IMlflowStore>> open,
    string kind = PredictionWriteBack.Kind
) : IOutboxHandler
{
    /// <inheritdoc />
    public string Kind => kind;

    /// <inheritdoc />
    public bool HasOneDestination => true;

    /// <inheritdoc />
    public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        var writeBack = PredictionWriteBack.FromOutbox(work);
        await WriteBackSteps.DoAsync(() => WriteAsync(writeBack, cancellationToken)).ConfigureAwait(false);
        return OutboxResult.Done;
    }

    private async Task WriteAsync(PredictionWriteBack writeBack, CancellationToken cancellationToken)
    {
        var store = await open(writeBack.TrackingUri, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var runs = new Dictionary<string, MlflowRun?>(StringComparer.Ordinal);
            var refusals = new List<string>();
            foreach (var eventId in writeBack.EventIds)
            {
                try
                {
                    var steps = await PlanAsync(store, eventId, writeBack.Anchor is not null, cancellationToken).ConfigureAwait(false);
                    await WriteBackSteps.WriteAsync(store, steps, runs, cancellationToken).ConfigureAwait(false);
                }
                catch (BadInputException refusal) when (!WriteBackSteps.MayPass(refusal))
                {
                    refusals.Add($"{eventId}: {refusal.Message}");
                }
            }

            if (refusals.Count > 0)
            {
                throw new BadInputException(
                    $"MLflow refuses {refusals.Count} of {writeBack.EventIds.Count} predictions, such as {refusals[0]}",
                    "they are in the ledger; hallmark outbox retry has them written again"
                );
            }
        }
    }

    private async Task<IReadOnlyList<WriteBackStep>> PlanAsync(
        IMlflowStore store,
        string eventId,
        bool uploads,
        CancellationToken cancellationToken
    )
    {
        if (
            await log.FindByEventIdAsync(eventId, cancellationToken).ConfigureAwait(false) is not { Record: { } bytes } entry
            || StoredJson.TryParseObject(bytes.Span) is not { } record
            || StoredJson.TryParseObject(entry.Envelope.Span) is not { } envelope
        )
        {
            // Named by work whose own append was the only one that came through.
            return [];
        }

        if (PreparedEvent.FromEntry(entry) is { EventType: EventTypes.Prediction } direct)
        {
            var traceId = StoredJson.Text(record, "mlflow_trace_id");
            var steps = WriteBackPlans.ForPrediction(direct, FactsOf(record), traceId, uploads);
            return uploads && traceId is not null
                ? await KeepUploadAsync(store, traceId, steps, cancellationToken).ConfigureAwait(false)
                : steps;
        }

        return PredictionPayload.Carried(record) is { } payload
            ? WriteBackPlans.ForBatchedPrediction(
                FactsOf(payload),
                StoredJson.Text(payload, "mlflow_trace_id"),
                CanonicalJson.Canonicalize(payload),
                bytes,
                envelope
            )
            : [];
    }

    // The upload may have come first: its tags say more than that it is under way.
    private static async Task<IReadOnlyList<WriteBackStep>> KeepUploadAsync(
        IMlflowStore store,
        string traceId,
        IReadOnlyList<WriteBackStep> steps,
        CancellationToken cancellationToken
    )
    {
        var trace = await store.FindTraceAsync(traceId, cancellationToken).ConfigureAwait(false);
        return trace?.Tags.GetValueOrDefault(ArioTags.ProofStatus) is "anchored" or "failed"
            ? [.. steps.Where(step => step is not { Target: WriteBackTarget.TraceTag, Key: ArioTags.ProofStatus })]
            : steps;
    }

    private static PredictionFacts FactsOf(JsonObject payload) =>
        new()
        {
            DecisionId = Required(payload, "decision_id"),
            ModelName = Required(payload, "model_name"),
            ModelVersion = Required(payload, "model_version"),
            RunId = Required(payload, "run_id"),
            ModelUri = Required(payload, "model_uri"),
            InputHash = Required(payload, "input_hash"),
            OutputHash = Required(payload, "output_hash"),
            LatencyInMilliseconds = 0,
            ArtifactVerified = payload["artifact_verified"] is JsonValue value && value.TryGetValue<bool>(out var isVerified) && isVerified,
        };

    private static string Required(JsonObject payload, string name) =>
        StoredJson.Text(payload, name) ?? throw new BadInputException($"the record of a prediction has no {name}");
}
