using System.Collections.Immutable;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;

namespace Hallmark.Evidence.Predictions;

/// <summary>
/// The receipt of one prediction, <c>hallmark/prediction-receipt/v1</c> (docs/formats/predictions.md): all that shows, offline, that it was recorded. Made anew from the ledger
/// whenever it is asked for, so it grows as anchors confirm. Nothing in it is believed before it was checked.
/// </summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record PredictionReceipt
{
    /// <summary>The value of the member <c>format</c>.</summary>
    public const string Format = "hallmark/prediction-receipt/v1";

    /// <summary>The prediction.</summary>
    public required string DecisionId { get; init; }

    /// <summary>SHA-256 of the record, 64 lower-case hex digits.</summary>
    public required string RecordHash { get; init; }

    /// <summary>The record's bytes, or null where they were left out.</summary>
    public ReadOnlyMemory<byte>? Record { get; init; }

    /// <summary>The envelope in canonical form: the bytes that the ledger's leaf is made of.</summary>
    public required ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>The ledger's name in its checkpoints.</summary>
    public required string Origin { get; init; }

    /// <summary>The key that the receipt says the ledger was made with, as <c>name+id+base64</c>: it verifies the checkpoints up to the first handover.</summary>
    public required string VerifierKey { get; init; }

    /// <summary>How the ledger's key was handed over since, in the ledger's order; those that the checkpoints here cover.</summary>
    public ImmutableArray<KeyHandoverProof> Handovers { get; init; } = [];

    /// <summary>Where the envelope stands in the ledger, counted from 0.</summary>
    public required ulong Index { get; init; }

    /// <summary>Checkpoints that cover it, smallest first: the first one there was, and those that anchors have.</summary>
    public required ImmutableArray<PredictionCheckpoint> Checkpoints { get; init; }

    /// <summary>What outside places gave back, for the envelope and for these checkpoints.</summary>
    public ImmutableArray<AnchorReceipt> Receipts { get; init; } = [];
}
