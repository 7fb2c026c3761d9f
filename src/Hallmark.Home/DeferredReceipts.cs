using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>The receipts of a ledger that is looked for when they are asked for; none where there is no ledger.</summary>
internal sealed class DeferredReceipts(Func<LedgerReader?> findLedger) : IReceiptReader
{
    /// <inheritdoc />
    public Task<AnchorReceipt?> FindAsync(Digest digest, string anchor, CancellationToken cancellationToken) =>
        findLedger()?.Receipts.FindAsync(digest, anchor, cancellationToken) ?? Task.FromResult<AnchorReceipt?>(null);

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> FindAllAsync(Digest digest, CancellationToken cancellationToken) =>
        findLedger()?.Receipts.FindAllAsync(digest, cancellationToken) ?? None();

    /// <inheritdoc />
    public Task<AnchorReceipt?> FindLatestAsync(string anchor, CancellationToken cancellationToken) =>
        findLedger()?.Receipts.FindLatestAsync(anchor, cancellationToken) ?? Task.FromResult<AnchorReceipt?>(null);

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(long index, int limit, CancellationToken cancellationToken) =>
        findLedger()?.Receipts.FindCoveringAsync(index, limit, cancellationToken) ?? None();

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> ListAsync(
        string? anchor,
        ReceiptState? state,
        int limit,
        CancellationToken cancellationToken
    ) => findLedger()?.Receipts.ListAsync(anchor, state, limit, cancellationToken) ?? None();

    private static Task<IReadOnlyList<AnchorReceipt>> None() => Task.FromResult<IReadOnlyList<AnchorReceipt>>([]);
}
