using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>What was found about one event of a trace (envelope family §12.2).</summary>
public sealed record TraceEventVerification
{
    /// <summary>The event's id as the envelope names it, or <c>&lt;unknown&gt;</c>.</summary>
    public required string EventId { get; init; }

    /// <summary>Whether the envelope verifies; a withheld record does no harm.</summary>
    public bool EnvelopeOk { get; init; }

    /// <summary>Whether the envelope commits to the record; null where the record is withheld.</summary>
    public bool? PayloadBindingOk { get; init; }

    /// <summary>Whether the proof leads from this very envelope to the checkpoint's claimed root.</summary>
    public bool InclusionOk { get; init; }

    /// <summary>Whether the bundle holds the checkpoint that the proof names.</summary>
    public bool CheckpointBound { get; init; }

    /// <summary>Whether the disclosed content is the committed one; null where nothing is disclosed or nothing committed.</summary>
    public bool? ContentOk { get; init; }

    /// <summary>Whether all of it holds.</summary>
    public bool IsOk => EnvelopeOk && InclusionOk && CheckpointBound && ContentOk != false;

    /// <summary>What did not hold, for people; the texts of the family's Python kernel.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Where it stands in a verdict object: failed, partial where the record is withheld, else verified (envelope family §15.1).</summary>
    public EvidenceStatus Status =>
        !IsOk ? EvidenceStatus.Failed
        : PayloadBindingOk is null ? EvidenceStatus.Partial
        : EvidenceStatus.Verified;

    /// <summary>The result as the family's kernels give it.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["event_id"] = EventId,
            ["envelope_ok"] = EnvelopeOk,
            ["payload_binding_ok"] = PayloadBindingOk,
            ["inclusion_ok"] = InclusionOk,
            ["checkpoint_bound"] = CheckpointBound,
            ["content_ok"] = ContentOk,
            ["ok"] = IsOk,
            ["errors"] = new JsonArray([.. Errors.Select(error => (JsonNode)error)]),
        };
}
