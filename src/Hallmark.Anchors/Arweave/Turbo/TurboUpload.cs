namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>What came of an upload that the service took.</summary>
/// <param name="Receipt">The signed receipt, verified; null where the same item was under way already, so that its status is to be asked for.</param>
public sealed record TurboUpload(TurboReceipt? Receipt);
