namespace Hallmark.Anchors;

/// <summary>How far a submission has come. The default is the least.</summary>
public enum AnchorReceiptState
{
    /// <summary>Not confirmed yet.</summary>
    Pending = 0,

    /// <summary>The place has it, and the receipt's proof shows it.</summary>
    Confirmed,

    /// <summary>The place refused it.</summary>
    Failed,
}
