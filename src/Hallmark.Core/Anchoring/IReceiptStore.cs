namespace Hallmark.Core.Anchoring;

/// <summary>Where receipts are kept: one for each digest and anchor, replaced as it grows.</summary>
public interface IReceiptStore : IReceiptReader
{
    /// <summary>Keeps a receipt in the place of the one for the same digest and anchor; on disk when it returns.</summary>
    Task PutAsync(AnchorReceipt receipt, CancellationToken cancellationToken);
}
