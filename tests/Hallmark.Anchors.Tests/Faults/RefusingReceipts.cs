using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Tests.Faults;

/// <summary>Receipts on a disk that is full from one write on, until it is not.</summary>
/// <param name="receipts">Where they are kept while there is room.</param>
/// <param name="writesLeft">How many there is room for.</param>
internal sealed class RefusingReceipts(IReceiptStore receipts, int writesLeft) : IReceiptStore
{
    private int _writesLeft = writesLeft;

    public Task PutAsync(AnchorReceipt receipt, CancellationToken cancellationToken) =>
        _writesLeft-- > 0
            ? receipts.PutAsync(receipt, cancellationToken)
            : Task.FromException(new UnavailableException("the disk is full"));

    public Task<AnchorReceipt?> FindAsync(Digest digest, string anchor, CancellationToken cancellationToken) =>
        receipts.FindAsync(digest, anchor, cancellationToken);

    public Task<IReadOnlyList<AnchorReceipt>> FindAllAsync(Digest digest, CancellationToken cancellationToken) =>
        receipts.FindAllAsync(digest, cancellationToken);

    public Task<AnchorReceipt?> FindLatestAsync(string anchor, CancellationToken cancellationToken) =>
        receipts.FindLatestAsync(anchor, cancellationToken);

    public Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(long index, int limit, CancellationToken cancellationToken) =>
        receipts.FindCoveringAsync(index, limit, cancellationToken);

    public Task<IReadOnlyList<AnchorReceipt>> ListAsync(
        string? anchor,
        ReceiptState? state,
        int limit,
        CancellationToken cancellationToken
    ) => receipts.ListAsync(anchor, state, limit, cancellationToken);
}
