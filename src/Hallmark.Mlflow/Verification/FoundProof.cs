using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>The envelope under verification, with every copy of it and of its record that was found.</summary>
internal sealed class FoundProof
{
    /// <summary>The envelope: the ledger's where the ledger has one, else the one in MLflow.</summary>
    public required JsonObject Envelope { get; init; }

    /// <summary>The ledger's entry, or null.</summary>
    public LoggedEntry? Entry { get; init; }

    /// <summary>The copies in MLflow that claim to be this event, or that nobody can place.</summary>
    public ImmutableArray<StoredProof> Stored { get; init; } = [];

    /// <summary>True where a ledger was asked.</summary>
    public bool HasLedger { get; init; }

    public string EventType => StoredJson.Text(Envelope, "event_type") ?? "";

    public string EventId => StoredJson.Text(Envelope, "event_id") ?? "";

    public string PayloadHash => StoredJson.Text(Envelope, "payload_hash") ?? "";

    /// <summary>The record's bytes: the ledger's, else MLflow's; checked by nobody yet.</summary>
    public byte[]? RecordBytes =>
        Entry?.Record is { } logged
            ? logged.ToArray()
            : Stored.Select(stored => stored.Record).FirstOrDefault(record => record is not null);

    /// <summary>The record, where its bytes have the committed hash and are an object.</summary>
    public JsonObject? Record => _record.Value;

    private readonly Lazy<JsonObject?> _record;

    public FoundProof() =>
        _record = new(() => RecordBytes is { } bytes && RecordHash.Of(bytes) == PayloadHash ? StoredJson.TryParseObject(bytes) : null);
}
