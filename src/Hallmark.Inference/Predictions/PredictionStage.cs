using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Inference.Predictions;

/// <summary>How far a prediction must have come for somebody who waits.</summary>
/// <param name="Anchor">The anchor that must have it; null where the ledger is enough.</param>
/// <param name="State">How far the anchor must have it.</param>
/// <param name="NeedsCheckpoint">True where a published checkpoint must cover it.</param>
public sealed record PredictionStage(string? Anchor, ReceiptState State, bool NeedsCheckpoint)
{
    /// <summary>It is on disk.</summary>
    public static PredictionStage Logged { get; } = new(null, ReceiptState.Prepared, NeedsCheckpoint: false);

    /// <summary>A signed checkpoint of the ledger covers it: from now on it has a receipt.</summary>
    public static PredictionStage Checkpointed { get; } = new(null, ReceiptState.Prepared, NeedsCheckpoint: true);

    /// <summary>An anchor has it, or a checkpoint that covers it.</summary>
    /// <param name="name">The anchor's name in the settings.</param>
    /// <param name="state">How far; not <see cref="ReceiptState.Rejected"/>.</param>
    public static PredictionStage At(string name, ReceiptState state = ReceiptState.Confirmed) =>
        state is ReceiptState.Rejected
            ? throw new ArgumentOutOfRangeException(nameof(state), state, "nobody waits for a rejection")
            : new(name, state, NeedsCheckpoint: true);

    /// <summary>Reads <c>logged</c>, <c>checkpointed</c>, <c>ANCHOR</c> or <c>ANCHOR:STATE</c> with one of <c>prepared</c>, <c>submitted</c>, <c>confirmed</c>, <c>final</c>.</summary>
    /// <exception cref="BadInputException">It is none of them.</exception>
    public static PredictionStage Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':');
        ReceiptState? state = parts.Length == 1 ? ReceiptState.Confirmed : FindState(parts[1]);
        return text switch
        {
            "logged" => Logged,
            "checkpointed" => Checkpointed,
            _ when parts.Length <= 2 && parts[0].Length > 0 && state is { } known => At(parts[0], known),
            _ => throw new BadInputException(
                $"\"{text}\" is nothing to wait for",
                "logged, checkpointed, or an anchor's name, perhaps with a state: NAME:submitted, NAME:confirmed, NAME:final"
            ),
        };
    }

    private static ReceiptState? FindState(string word) =>
        word switch
        {
            "prepared" => ReceiptState.Prepared,
            "submitted" => ReceiptState.Submitted,
            "confirmed" => ReceiptState.Confirmed,
            "final" => ReceiptState.Final,
            _ => null,
        };
}
