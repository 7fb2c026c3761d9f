using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Events;

/// <summary>The event that another one follows.</summary>
/// <param name="EventId">Its id.</param>
/// <param name="PayloadHash">Its record's hash, 64 hex digits.</param>
/// <param name="Record">Its record where it is at hand, else null.</param>
/// <param name="Envelope">Its envelope, where the ledger holds it; or null.</param>
internal sealed record Predecessor(string EventId, string PayloadHash, JsonObject? Record, ReadOnlyMemory<byte>? Envelope = null)
{
    public JsonObject ToJson() => new() { ["event_id"] = EventId, ["payload_hash"] = PayloadHash };

    /// <summary>The hash of the artifact map in a training's record, or null.</summary>
    public string? ArtifactHash => Record?["artifact_checksums"] is JsonObject { Count: > 0 } map ? RecordHash.OfCanonical(map) : null;
}
