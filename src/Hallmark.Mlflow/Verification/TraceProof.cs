using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>
/// A prediction's proof, in either of its two forms: an envelope of <c>ario.mlflow/v1</c> whose record is the prediction's payload, or one of <c>ario.events/v1</c> whose record
/// commits to the payload and carries it (docs/formats/predictions.md).
/// </summary>
/// <param name="Found">The envelope, its record, and every copy.</param>
internal sealed record TraceProof(FoundProof Found)
{
    private const string BatchedEventType = "mlflow.prediction";

    /// <summary>True for the form of <c>ario.events/v1</c>.</summary>
    public bool IsBatched => IsBatchedEnvelope(Found.Envelope);

    /// <summary>The prediction's payload (mlflow-events.md §7.2), where the record is intact and has one; else null.</summary>
    public JsonObject? Payload => IsBatched ? PredictionPayload.Carried(Found.Record) : Found.Record;

    /// <summary>The payload's canonical bytes; null where there is none.</summary>
    public byte[]? PayloadBytes => Payload is { } payload ? CanonicalJson.Canonicalize(payload) : null;

    /// <summary>Whether the record of a batched prediction commits to the payload that it carries; true for the other form, where the record is the payload.</summary>
    public bool CommitsToPayload =>
        !IsBatched
        || PayloadBytes is { } bytes
            && StoredJson.Text(Found.Record, "event_type") == BatchedEventType
            && StoredJson.Text(Found.Record?["event"], "content_hash") == Convert.ToHexStringLower(SHA256.HashData(bytes))
            && StoredJson.Scalar(Found.Record?["event"], "content_length")
                == bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The decision that the envelope speaks of, or null.</summary>
    public string? DecisionId =>
        IsBatched ? StoredJson.Text(Found.Envelope, "event_id") : StoredJson.Text(Found.Envelope["subject"], "decision_id");

    /// <summary>Whether an envelope is of <c>ario.events/v1</c>, any minor version.</summary>
    public static bool IsBatchedEnvelope(JsonObject? envelope) =>
        StoredJson.Text(envelope, "spec_version") is { } version
        && (version == SpecVersion.Events || version.StartsWith(SpecVersion.Events + ".", StringComparison.Ordinal));
}
