using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;

namespace Hallmark.Evidence.Bodies;

/// <summary>What an evidence bundle of ours holds: the body <c>hallmark.evidence/v1</c> (docs/formats/evidence.md). Nothing in it is believed before it was checked.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record BundleBody
{
    /// <summary>The value of the wrapper's <c>body_type</c>.</summary>
    public const string BodyType = "hallmark.evidence/v1";

    /// <summary>What the bundle is about, as <see cref="BundleSubject"/> writes it.</summary>
    public required string Subject { get; init; }

    /// <summary>The event that speaks of the subject.</summary>
    public required string EventId { get; init; }

    /// <summary>True where records were left out on request.</summary>
    public bool HasOnlyHashes { get; init; }

    /// <summary>The ledger's name in its checkpoints.</summary>
    public required string Origin { get; init; }

    /// <summary>The key that the bundle says the ledger was made with, as <c>name+id+base64</c>: it verifies the checkpoints up to the first handover.</summary>
    public required string VerifierKey { get; init; }

    /// <summary>How the ledger's key was handed over since, in the ledger's order.</summary>
    public ImmutableArray<KeyHandoverProof> Handovers { get; init; } = [];

    /// <summary>Checkpoints, smallest first.</summary>
    public required ImmutableArray<BundleCheckpoint> Checkpoints { get; init; }

    /// <summary>The events, in the ledger's order.</summary>
    public required ImmutableArray<BundleEntry> Entries { get; init; }

    /// <summary>What outside places gave back, for envelopes and checkpoints of this bundle.</summary>
    public ImmutableArray<AnchorReceipt> Receipts { get; init; } = [];

    /// <summary>Whose keys these are, as the maker of the bundle says.</summary>
    public ImmutableArray<ClaimedKey> Keys { get; init; } = [];

    /// <summary>The verdict that the maker reached with the store at hand, as <c>hallmark verify --json</c> writes it; or null. For reading, never for believing.</summary>
    public JsonObject? VerdictAtExport { get; init; }
}
