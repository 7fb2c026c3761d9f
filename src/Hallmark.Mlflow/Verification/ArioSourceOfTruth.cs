using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Check 3: the record, overlaid with what MLflow says now, still gives the stored bytes (mlflow-events.md §11.3).</summary>
internal static class ArioSourceOfTruth
{
    private const string Note = "nothing of this event can be read again from MLflow";

    public static async Task<ArioCheck> CheckAsync(
        JsonNode? envelope,
        byte[] bytes,
        IMlflowStore store,
        CancellationToken cancellationToken
    )
    {
        var eventType = StoredJson.Text(envelope, "event_type");
        if (eventType is not (EventTypes.Training or EventTypes.Registration or EventTypes.Prediction))
        {
            return new ArioCheck(null, "no_live_fields_for_event_type")
            {
                Details = new JsonObject { ["event_type"] = eventType, ["note"] = Note },
            };
        }

        JsonNode? parsed;
        try
        {
            parsed = StrictJson.Parse(bytes, DuplicateNames.KeepLast);
        }
        catch (JsonRejectedException failure)
        {
            return new ArioCheck(false, "payload_parse_failed: " + failure.Message);
        }

        if (parsed is not JsonObject payload)
        {
            return new ArioCheck(false, "live_refetch_failed: the payload is not an object");
        }

        try
        {
            var live = eventType switch
            {
                EventTypes.Training => await TrainingAsync(payload, store, cancellationToken).ConfigureAwait(false),
                EventTypes.Registration => await RegistrationAsync(payload, store, cancellationToken).ConfigureAwait(false),
                _ => await PredictionAsync(payload, store, cancellationToken).ConfigureAwait(false),
            };
            return Compare(payload, live, bytes);
        }
        catch (IncompleteException incomplete)
        {
            return new ArioCheck(false, "live_refetch_incomplete") { Details = new JsonObject { ["detail"] = incomplete.Message } };
        }
        catch (JsonRejectedException failure)
        {
            return new ArioCheck(false, "live_refetch_failed: " + failure.Message);
        }
    }

    private static ArioCheck Compare(JsonObject payload, JsonObject live, byte[] bytes)
    {
        foreach (var (name, value) in live)
        {
            payload[name] = value?.DeepClone();
        }

        var rebuilt = CanonicalJson.Canonicalize(payload);
        var names = new JsonArray([
            .. live.Select(member => member.Key).Order(CodePointOrder.Instance).Select(name => (JsonNode)JsonValue.Create(name)),
        ]);
        return new ArioCheck(rebuilt.AsSpan().SequenceEqual(bytes)) { Details = new JsonObject { ["live_fields_refetched"] = names } };
    }

    private static async Task<JsonObject> TrainingAsync(JsonObject payload, IMlflowStore store, CancellationToken cancellationToken)
    {
        var run = await FindRunAsync(store, StoredJson.Text(payload, "run_id"), "run_id", cancellationToken).ConfigureAwait(false);
        var paths = await ArtifactPathChoice.ListAsync(store, run, cancellationToken).ConfigureAwait(false);
        var path = paths.Count == 1 ? paths[0] : ArtifactPathChoice.Default;
        var rebuilt = TrainingPayload.Build(
            run,
            await HashAsync(store, run, path, cancellationToken).ConfigureAwait(false),
            "",
            new RecordOptions(),
            null
        );
        var live = new JsonObject();
        foreach (var name in new[] { "params", "metrics", "source_name", "git_commit", "artifact_checksums", "dataset_inputs" })
        {
            // Records from before dataset anchoring lack the last one and stay verifiable.
            if (name != "dataset_inputs" || payload.ContainsKey(name))
            {
                live[name] = rebuilt[name]?.DeepClone();
            }
        }

        return live;
    }

    private static async Task<JsonObject> RegistrationAsync(JsonObject payload, IMlflowStore store, CancellationToken cancellationToken)
    {
        var run = await FindRunAsync(store, StoredJson.Text(payload, "source_run_id"), "source_run_id", cancellationToken)
            .ConfigureAwait(false);
        var tag = run.Tags.GetValueOrDefault(ArioTags.ArtifactHash);
        if (string.IsNullOrEmpty(tag))
        {
            throw new IncompleteException($"the run {run.RunId} has no tag {ArioTags.ArtifactHash}");
        }

        var path = RunsUri.Parse(StoredJson.Text(payload, "source")).Path ?? ArtifactPathChoice.Default;
        var artifacts = await HashAsync(store, run, path, cancellationToken).ConfigureAwait(false);
        return new JsonObject { ["artifact_hash"] = tag, ["artifact_verified"] = artifacts.Hash == tag };
    }

    private static async Task<JsonObject> PredictionAsync(JsonObject payload, IMlflowStore store, CancellationToken cancellationToken)
    {
        if (StoredJson.Text(payload, "mlflow_trace_id") is not { Length: > 0 } traceId)
        {
            throw new IncompleteException("the record has no mlflow_trace_id");
        }

        var trace = await ReadAsync(() => store.FindTraceAsync(traceId, cancellationToken), "trace " + traceId).ConfigureAwait(false);
        if (trace.Tags.GetValueOrDefault(ArioTags.PayloadJson) is not { Length: > 0 } text)
        {
            throw new IncompleteException($"the trace {traceId} has no tag {ArioTags.PayloadJson}");
        }

        return StoredJson.TryParseObject(Encoding.UTF8.GetBytes(text), DuplicateNames.KeepLast)
            ?? throw new IncompleteException($"the tag {ArioTags.PayloadJson} of trace {traceId} is not a JSON object");
    }

    private static async Task<MlflowRun> FindRunAsync(
        IMlflowStore store,
        string? runId,
        string member,
        CancellationToken cancellationToken
    ) =>
        string.IsNullOrEmpty(runId)
            ? throw new IncompleteException($"the record has no {member}")
            : await ReadAsync(() => store.FindRunAsync(runId, cancellationToken), "run " + runId).ConfigureAwait(false);

    private static async Task<ArtifactSnapshot> HashAsync(
        IMlflowStore store,
        MlflowRun run,
        string path,
        CancellationToken cancellationToken
    )
    {
        var artifacts = await ReadAsync<ArtifactSnapshot>(
                async () => await RunArtifacts.HashAsync(store, run, path, ArtifactHashing.Plain, cancellationToken).ConfigureAwait(false),
                "the artifacts"
            )
            .ConfigureAwait(false);
        return artifacts.Status is ArtifactStatus.HashFailed
            ? throw new IncompleteException(artifacts.Error ?? "the artifacts cannot be hashed")
            : artifacts;
    }

    private static async Task<T> ReadAsync<T>(Func<Task<T?>> read, string what)
        where T : class
    {
        try
        {
            return await read().ConfigureAwait(false) ?? throw new IncompleteException("there is no " + what);
        }
        catch (HallmarkException failure)
        {
            throw new IncompleteException($"{what} cannot be read: {failure.Message}");
        }
    }

    private sealed class IncompleteException(string message) : Exception(message);
}
