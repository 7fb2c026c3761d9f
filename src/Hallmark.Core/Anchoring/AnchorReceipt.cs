using System.Text.Json.Nodes;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Anchoring;

/// <summary>
/// What is known of one digest at one anchor, from the bytes prepared for it to the world's proof. There is one for each digest and anchor; it is replaced as a whole.
/// It holds no secrets: whoever gets it can check it. Written as JSON by <see cref="AnchorReceiptJson"/>.
/// </summary>
/// <remarks>Compared by reference of its proof; not meant to be compared.</remarks>
public sealed record AnchorReceipt
{
    /// <summary>The anchor's name in its owner's settings.</summary>
    public required string Anchor { get; init; }

    /// <summary>The kind of world: <c>arweave</c>, <c>opentimestamps</c>, <c>rfc3161</c>, <c>git</c>, <c>checkpoint-file</c>.</summary>
    public required string World { get; init; }

    /// <summary>Which of that kind: <c>mainnet</c>, <c>regtest</c>, a host. A receipt of another network proves nothing here.</summary>
    public required string Network { get; init; }

    /// <summary>What was handed over.</summary>
    public required AnchorTarget Target { get; init; }

    /// <summary>SHA-256 of the bytes handed over: of the envelope, or of the signed checkpoint.</summary>
    public required Digest Digest { get; init; }

    /// <summary>For a checkpoint: how many entries it covers; null for an envelope.</summary>
    public long? TreeSize { get; init; }

    /// <summary>How far it has come.</summary>
    public required ReceiptState State { get; init; }

    /// <summary>Where it lies there: a transaction id, a path, a commit; null where not known yet.</summary>
    public string? Reference { get; init; }

    /// <summary>When it was prepared, by this machine's clock.</summary>
    public required DateTimeOffset PreparedAt { get; init; }

    /// <summary>When the place first answered that it has it, by this machine's clock; or null.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>Not to be asked again before; null where there is nothing more to ask.</summary>
    public DateTimeOffset? RefreshAfter { get; init; }

    /// <summary>When the next state is expected, as an estimate for people; or null.</summary>
    public DateTimeOffset? ExpectedAt { get; init; }

    /// <summary>The block that holds it; or null.</summary>
    public BlockPosition? Block { get; init; }

    /// <summary>A remark for people, such as what the place last said; or null.</summary>
    public string? Remark { get; init; }

    /// <summary>What that world's verifier needs; its members are that world's own.</summary>
    public required JsonObject Proof { get; init; }

    /// <summary>True where nothing more will come.</summary>
    public bool IsSettled => State is ReceiptState.Final or ReceiptState.Rejected;
}
