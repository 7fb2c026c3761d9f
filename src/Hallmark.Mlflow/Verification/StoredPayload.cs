using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Where an envelope's record lies in MLflow, by the envelope's subject (mlflow-events.md §11.2).</summary>
/// <param name="RunId">The run, or null.</param>
/// <param name="Path">The file among the run's artifacts, or null.</param>
/// <param name="Reason">Why there is no place, or null.</param>
/// <param name="IsExpected">False where events of this kind store no record.</param>
internal sealed record StoredPayload(string? RunId, string? Path, string? Reason, bool IsExpected = true)
{
    public static async Task<StoredPayload> LocateAsync(JsonNode? envelope, IMlflowStore store, CancellationToken cancellationToken)
    {
        var subject = (envelope as JsonObject)?["subject"];
        return StoredJson.Text(subject, "type") switch
        {
            SubjectTypes.Run => InRun(StoredJson.Text(subject, "run_id"), ArioPaths.TrainingPayload),
            SubjectTypes.ModelVersion => await OfVersionAsync(envelope, subject, store, cancellationToken).ConfigureAwait(false),
            SubjectTypes.Prediction => OfPrediction(subject),
            SubjectTypes.LegacyTrace or SubjectTypes.LegacyDecision => new StoredPayload(
                null,
                null,
                "legacy_subject_type_no_artifact",
                false
            ),
            SubjectTypes.Dataset => new StoredPayload(null, null, "mlflow_check_deferred_for_subject", false),
            var other => new StoredPayload(null, null, "unknown_subject_type: " + (other is null ? "None" : $"'{other}'"), false),
        };
    }

    private static StoredPayload InRun(string? runId, string path) =>
        string.IsNullOrEmpty(runId) ? new StoredPayload(null, null, "subject_missing_run_id") : new StoredPayload(runId, path, null);

    private static StoredPayload OfPrediction(JsonNode? subject)
    {
        var decision = StoredJson.Text(subject, "decision_id");
        var run = StoredJson.Text(subject, "model_run_id");
        return string.IsNullOrEmpty(decision) || string.IsNullOrEmpty(run)
                ? new StoredPayload(null, null, "subject_missing_decision_id_or_run_id")
            : !ArioPaths.IsSegment(decision) ? new StoredPayload(null, null, "download_failed: the decision id cannot be part of a path")
            : new StoredPayload(run, ArioPaths.OfPrediction(decision, "payload.json"), null);
    }

    private static async Task<StoredPayload> OfVersionAsync(
        JsonNode? envelope,
        JsonNode? subject,
        IMlflowStore store,
        CancellationToken cancellationToken
    )
    {
        var name = StoredJson.Text(subject, "name");
        var number = StoredJson.Scalar(subject, "version");
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(number))
        {
            return new StoredPayload(null, null, "subject_missing_name_or_version");
        }

        ModelVersion? version;
        try
        {
            version = await store.FindModelVersionAsync(name, number, cancellationToken).ConfigureAwait(false);
        }
        catch (HallmarkException failure)
        {
            return new StoredPayload(null, null, "could_not_resolve_model_version: " + failure.Message);
        }

        if (version is null)
        {
            return new StoredPayload(null, null, $"could_not_resolve_model_version: there is no version {number} of {name}");
        }

        switch (StoredJson.Text(envelope, "event_type"))
        {
            case EventTypes.Registration:
                return InRun(version.RunId, ArioPaths.RegistrationPayload);
            case EventTypes.StageTransition:
                var eventId = StoredJson.Text(subject, "event_id") is { Length: > 0 } own ? own : StoredJson.Text(envelope, "event_id");
                return string.IsNullOrEmpty(eventId) ? new StoredPayload(null, null, "subject_missing_event_id")
                    : !ArioPaths.IsSegment(eventId)
                        ? new StoredPayload(null, null, "download_failed: the event id cannot be part of a path")
                    : InRun(version.RunId, ArioPaths.OfPromotion(eventId, "payload.json"));
            default:
                return InRun(version.RunId, ArioPaths.TrainingPayload);
        }
    }
}
