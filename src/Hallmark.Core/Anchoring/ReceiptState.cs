namespace Hallmark.Core.Anchoring;

/// <summary>How far a digest has come at an anchor. The default is the least; the order is that of growing certainty, but for the last.</summary>
public enum ReceiptState
{
    /// <summary>All that is to be sent is made and durable; whether it was sent is not known.</summary>
    Prepared = 0,

    /// <summary>The place answered that it has it. Its promise, not yet the world's proof.</summary>
    Submitted,

    /// <summary>The world's proof is there; it could still be undone, as a block without depth could.</summary>
    Confirmed,

    /// <summary>The proof is complete and nothing more is waited for.</summary>
    Final,

    /// <summary>The place refused it for good.</summary>
    Rejected,
}
