namespace Hallmark.Anchors;

/// <summary>What an anchor gave back.</summary>
/// <param name="Anchor">The anchor's name.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Reference">Where it lies there: a path, a commit, a transaction.</param>
/// <param name="SubmittedAt">When it was handed over, by this machine's clock.</param>
public sealed record AnchorReceipt(string Anchor, AnchorReceiptState State, string Reference, DateTimeOffset SubmittedAt);
