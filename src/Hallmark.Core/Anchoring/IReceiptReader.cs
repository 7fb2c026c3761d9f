using Hallmark.Core.Digests;

namespace Hallmark.Core.Anchoring;

/// <summary>Questions about receipts; nothing is written.</summary>
public interface IReceiptReader
{
    /// <summary>The receipt of a digest at an anchor, or null.</summary>
    Task<AnchorReceipt?> FindAsync(Digest digest, string anchor, CancellationToken cancellationToken);

    /// <summary>All receipts of a digest, by the anchors' names.</summary>
    Task<IReadOnlyList<AnchorReceipt>> FindAllAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>The receipt at an anchor that was prepared last, or null.</summary>
    Task<AnchorReceipt?> FindLatestAsync(string anchor, CancellationToken cancellationToken);

    /// <summary>The receipts of checkpoints that cover the entry of an index, smallest tree first.</summary>
    /// <param name="index">The entry's index, counted from 0.</param>
    /// <param name="limit">At most so many; 1 to 10,000.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(long index, int limit, CancellationToken cancellationToken);

    /// <summary>Receipts, newest first.</summary>
    /// <param name="anchor">Of this anchor only; null for all.</param>
    /// <param name="state">In this state only; null for all.</param>
    /// <param name="limit">At most so many; 1 to 10,000.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<AnchorReceipt>> ListAsync(string? anchor, ReceiptState? state, int limit, CancellationToken cancellationToken);
}
