namespace Hallmark.Anchors.Arweave.Receipts;

/// <summary>What a believed operator signed: the item lies in this block.</summary>
/// <param name="Operator">The operator's address.</param>
/// <param name="Height">The block's number.</param>
/// <param name="Time">The block's time; null where the operator gives none, or one that cannot be.</param>
/// <param name="Level">1 to 3; or null.</param>
internal sealed record AttestedBlock(string Operator, long Height, DateTimeOffset? Time, int? Level);
