using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;

namespace Hallmark.Bench.Receipts;

/// <summary>A ledger without receipts: every checkpoint is an anchor's first.</summary>
internal sealed class NoReceipts : IReceiptReader
{
    public static NoReceipts Instance { get; } = new();

    public Task<AnchorReceipt?> FindAsync(Digest digest, string anchor, CancellationToken cancellationToken) =>
        Task.FromResult<AnchorReceipt?>(null);

    public Task<IReadOnlyList<AnchorReceipt>> FindAllAsync(Digest digest, CancellationToken cancellationToken) => None();

    public Task<AnchorReceipt?> FindLatestAsync(string anchor, CancellationToken cancellationToken) =>
        Task.FromResult<AnchorReceipt?>(null);

    public Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(long index, int limit, CancellationToken cancellationToken) => None();

    public Task<IReadOnlyList<AnchorReceipt>> ListAsync(
        string? anchor,
        ReceiptState? state,
        int limit,
        CancellationToken cancellationToken
    ) => None();

    private static Task<IReadOnlyList<AnchorReceipt>> None() => Task.FromResult<IReadOnlyList<AnchorReceipt>>([]);
}
