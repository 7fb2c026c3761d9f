using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Arweave.Bundles;

/// <summary>What came of verifying a bundle with all that is nested in it.</summary>
/// <param name="VerifiedItems">How many items were verified before the first that was refused, nested ones included.</param>
/// <param name="RefusedPath">Where the first refused item stands, counted from 0 and from the outside in, such as <c>2/0</c>; null where none is.</param>
/// <param name="Refusal">Why it is refused; null where none is.</param>
public sealed record BundleVerification(int VerifiedItems, string? RefusedPath, DataItemRefusal? Refusal)
{
    /// <summary>True where every item, nested ones too, is the one that its header states and is signed by its owner. So is an empty bundle.</summary>
    public bool IsVerified => Refusal is null;
}
