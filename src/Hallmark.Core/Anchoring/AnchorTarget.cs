namespace Hallmark.Core.Anchoring;

/// <summary>What is handed to an anchor.</summary>
public enum AnchorTarget
{
    /// <summary>One envelope: its bytes as they stand in the ledger.</summary>
    Envelope = 0,

    /// <summary>A ledger's signed checkpoint, byte for byte: one witness for every entry below it.</summary>
    Checkpoint,
}
