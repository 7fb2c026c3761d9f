namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>Where a reader may be less strict than it is by default. Each switch takes in items that others' software makes or could make.</summary>
public sealed record DataItemRules
{
    /// <summary>The rules unless others are asked for: nothing is let in.</summary>
    public static DataItemRules Strict { get; } = new();

    /// <summary>Takes items of <see cref="SignatureType.MultiAptos"/>: every signature that is there must verify, and there must be as many as the threshold says.</summary>
    public bool AllowMultiSignature { get; init; }

    /// <summary>Takes items without tags whose tag bytes are a single zero, as the Python uploader writes them (<c>mlflow-events.md</c> §8.1).</summary>
    public bool AllowSingleZeroTagByte { get; init; }
}
