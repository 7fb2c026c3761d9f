using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>All that was found while verifying one evidence bundle (envelope family §11). Says nothing about whose key signed.</summary>
/// <remarks>Compared by reference of its lists; not meant to be compared.</remarks>
public sealed record EvidenceVerification
{
    private static readonly string[] OutOfReach = ["unreachable", "could not be re-fetched", "unavailable offline"];

    /// <summary>What came of it.</summary>
    public EvidenceStatus Status { get; init; }

    /// <summary>Whether the wrapper's version is accepted.</summary>
    public bool SpecVersionOk { get; init; }

    /// <summary>Whether the wrapper's hash of the body is right.</summary>
    public bool BodyHashOk { get; init; }

    /// <summary>Whether the wrapper's own public key signed it.</summary>
    public bool SignatureOk { get; init; }

    /// <summary>The body's kind, where it is a string.</summary>
    public string? BodyType { get; init; }

    /// <summary>Whether gateways were to be asked for the checkpoints.</summary>
    public bool OnChainChecked { get; init; }

    /// <summary>The checkpoints; of an export, those of its source.</summary>
    public IReadOnlyList<CheckpointVerification> Checkpoints { get; init; } = [];

    /// <summary>The events; of an export, those of its source.</summary>
    public IReadOnlyList<TraceEventVerification> Events { get; init; } = [];

    /// <summary>The status that the producer asserts; for display only.</summary>
    public string? AssertedStatus { get; init; }

    /// <summary>What was found about an export's body; null for other bodies.</summary>
    public ExportVerification? Export { get; init; }

    /// <summary>Notes on the whole, for people; the texts of the family's Python kernel.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>What the family's verifiers pass over; changes nothing above.</summary>
    public IReadOnlyList<EvidenceFinding> Findings { get; init; } = [];

    /// <summary>The exit code (envelope family §16): 0 verified or partial, 1 failed, 2 malformed, 3 partial because something was out of reach.</summary>
    public int ExitCode =>
        Status switch
        {
            EvidenceStatus.Verified => 0,
            EvidenceStatus.Partial => Errors.Any(IsOutOfReach) ? 3 : 0,
            EvidenceStatus.Failed => 1,
            _ => 2,
        };

    /// <summary>The result as the family's kernels give it, <c>snake_case</c>; without <see cref="ExitCode"/> and <see cref="Findings"/>.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["status"] = EvidenceWords.Of(Status),
            ["spec_version_ok"] = SpecVersionOk,
            ["body_hash_ok"] = BodyHashOk,
            ["signature_ok"] = SignatureOk,
            ["body_type"] = BodyType,
            ["on_chain_checked"] = OnChainChecked,
            ["checkpoints"] = new JsonArray([.. Checkpoints.Select(checkpoint => checkpoint.ToJson())]),
            ["events"] = new JsonArray([.. Events.Select(item => item.ToJson())]),
            ["asserted_status"] = AssertedStatus,
            ["export"] = Export?.ToJson(),
            ["errors"] = new JsonArray([.. Errors.Select(error => (JsonNode)error)]),
        };

    private static bool IsOutOfReach(string note) => OutOfReach.Any(mark => note.Contains(mark, StringComparison.Ordinal));
}
