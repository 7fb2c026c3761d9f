using System.Security.Cryptography;
using System.Text.Json;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;

namespace Hallmark.Evidence.Predictions;

/// <summary>Whether a record speaks of a prediction (docs/formats/predictions.md).</summary>
internal static class PredictionRecordCheck
{
    /// <summary>Why a record is not the prediction's; null where it is.</summary>
    /// <param name="record">The record's bytes.</param>
    /// <param name="recordHash">The hash that the envelope commits to.</param>
    /// <param name="decisionId">The prediction.</param>
    public static string? FindFault(ReadOnlyMemory<byte> record, string recordHash, string decisionId)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(record.Span));
        if (hash != recordHash)
        {
            return $"the record has the SHA-256 {hash}, which the envelope does not commit to";
        }

        try
        {
            using var document = JsonDocument.Parse(CanonicalJson.Canonicalize(record.Span), new JsonDocumentOptions { MaxDepth = 130 });
            var root = document.RootElement;
            return Text(root, "spec_version") == SpecVersion.Events ? FindEventFault(root, decisionId) : FindPayloadFault(root, decisionId);
        }
        catch (JsonRejectedException refusal)
        {
            return $"the record cannot be read: {refusal.Message}";
        }
    }

    private static string? FindEventFault(JsonElement record, string decisionId)
    {
        if (Text(record, "event_type") != "mlflow.prediction" || Find(Find(record, "metadata"), "prediction") is not { } payload)
        {
            return "the record is not one of a prediction";
        }

        var bytes = CanonicalJson.Canonicalize(payload);
        var content = Find(record, "event");
        var commits =
            Text(content, "content_hash") == Convert.ToHexStringLower(SHA256.HashData(bytes))
            && Find(content, "content_length") is { ValueKind: JsonValueKind.Number } length
            && length.TryGetInt64(out var size)
            && size == bytes.Length;
        return commits ? FindPayloadFault(payload, decisionId) : "the record's event does not commit to the prediction in its metadata";
    }

    private static string? FindPayloadFault(JsonElement payload, string decisionId) =>
        Text(payload, "event_type") != "prediction" ? "the record is not one of a prediction"
        : Text(payload, "decision_id") is var named && named != decisionId ? $"the record is of prediction {named}"
        : null;

    private static JsonElement? Find(JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? value, string name) =>
        Find(value, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
