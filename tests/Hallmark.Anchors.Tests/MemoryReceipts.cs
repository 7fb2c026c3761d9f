using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.Tests;

/// <summary>Receipts in memory, as JSON round-trips them.</summary>
internal sealed class MemoryReceipts : IReceiptStore
{
    private readonly Dictionary<(string, string), byte[]> _receipts = [];

    public IReadOnlyList<AnchorReceipt> All => [.. _receipts.Values.Select(body => AnchorReceiptJson.Parse(body))];

    public Task PutAsync(AnchorReceipt receipt, CancellationToken cancellationToken)
    {
        _receipts[(receipt.Digest.ToString(), receipt.Anchor)] = AnchorReceiptJson.Write(receipt);
        return Task.CompletedTask;
    }

    public Task<AnchorReceipt?> FindAsync(Digest digest, string anchor, CancellationToken cancellationToken) =>
        Task.FromResult(_receipts.TryGetValue((digest.ToString(), anchor), out var body) ? AnchorReceiptJson.Parse(body) : null);

    public Task<IReadOnlyList<AnchorReceipt>> FindAllAsync(Digest digest, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AnchorReceipt>>([.. All.Where(receipt => receipt.Digest.Equals(digest))]);

    public Task<AnchorReceipt?> FindLatestAsync(string anchor, CancellationToken cancellationToken) =>
        Task.FromResult(All.Where(receipt => receipt.Anchor == anchor).MaxBy(receipt => receipt.PreparedAt));

    public Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(long index, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AnchorReceipt>>([
            .. All.Where(receipt => receipt.TreeSize > index).OrderBy(receipt => receipt.TreeSize).Take(limit),
        ]);

    public Task<IReadOnlyList<AnchorReceipt>> ListAsync(
        string? anchor,
        ReceiptState? state,
        int limit,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyList<AnchorReceipt>>([
            .. All.Where(receipt => (anchor ?? receipt.Anchor) == receipt.Anchor && (state ?? receipt.State) == receipt.State).Take(limit),
        ]);
}
