using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Check 2: the record in MLflow has the hash that the envelope commits to (mlflow-events.md §11.2).</summary>
internal static class ArioAnchoredBytes
{
    public static async Task<(ArioCheck Check, byte[]? Bytes)> CheckAsync(
        JsonNode? envelope,
        IMlflowStore store,
        CancellationToken cancellationToken
    )
    {
        var stored = StoredJson.Text(envelope, "payload_hash");
        var place = await StoredPayload.LocateAsync(envelope, store, cancellationToken).ConfigureAwait(false);
        var (bytes, reason) = place is { RunId: { } runId, Path: { } path, Reason: null }
            ? await ReadAsync(store, runId, path, cancellationToken).ConfigureAwait(false)
            : (null, place.Reason ?? "payload_artifact_not_available");
        var computed = bytes is null ? null : RecordHash.Of(bytes);
        var details = new JsonObject
        {
            ["computed_hash"] = computed,
            ["stored_hash"] = stored,
            ["artifact_expected"] = place.IsExpected,
        };
        return (
            new ArioCheck(
                bytes is null
                    ? place.IsExpected
                        ? false
                        : null
                    : computed == stored,
                reason
            )
            {
                Details = details,
            },
            bytes
        );
    }

    private static async Task<(byte[]? Bytes, string? Reason)> ReadAsync(
        IMlflowStore store,
        string runId,
        string path,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var run = await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
            if (run is null)
            {
                return (null, $"download_failed: there is no run {runId}");
            }

            var file = await StoredBytes
                .ReadAsync(store.OpenArtifacts(run.ArtifactUri), path, StoredBytes.MaxRecordSize, cancellationToken)
                .ConfigureAwait(false);
            return file.IsTooLarge ? (null, $"read_failed: {path} is larger than {StoredBytes.MaxRecordSize} bytes")
                : file.Bytes is null ? (null, $"download_failed: there is no artifact {path}")
                : (file.Bytes, null);
        }
        catch (HallmarkException failure)
        {
            return (null, "download_failed: " + failure.Message);
        }
    }
}
