using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Receipts;

/// <summary>The receipts of a ledger that is open to write. One row for each digest and anchor, replaced as the receipt grows; each change is on disk when it is answered.</summary>
public sealed class LedgerReceipts : IReceiptStore
{
    private readonly LedgerWriter _writer;
    private readonly ReceiptReader _reader;

    internal LedgerReceipts(LedgerWriter writer, ReceiptReader reader)
    {
        _writer = writer;
        _reader = reader;
    }

    /// <inheritdoc />
    public Task PutAsync(AnchorReceipt receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        cancellationToken.ThrowIfCancellationRequested();
        var body = AnchorReceiptJson.Write(receipt);
        return _writer.KeepAsync(statements =>
        {
            var statement = statements.Session.PrepareCached(
                "INSERT INTO receipt (digest, anchor, tree_size, state, prepared_at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                    + "ON CONFLICT (digest, anchor) DO UPDATE SET tree_size = ?3, state = ?4, prepared_at = ?5, body = ?6"
            );
            statement.Bind(1, receipt.Digest.Bytes).Bind(2, receipt.Anchor);
            if (receipt.TreeSize is { } size)
            {
                statement.Bind(3, size);
            }
            else
            {
                statement.BindNull(3);
            }

            statement.Bind(4, (long)receipt.State).Bind(5, UnixTime.ToMicroseconds(receipt.PreparedAt)).Bind(6, body).Run();
            return 0;
        });
    }

    /// <inheritdoc />
    public Task<AnchorReceipt?> FindAsync(Digest digest, string anchor, CancellationToken cancellationToken) =>
        _reader.FindAsync(digest, anchor, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> FindAllAsync(Digest digest, CancellationToken cancellationToken) =>
        _reader.FindAllAsync(digest, cancellationToken);

    /// <inheritdoc />
    public Task<AnchorReceipt?> FindLatestAsync(string anchor, CancellationToken cancellationToken) =>
        _reader.FindLatestAsync(anchor, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(long index, int limit, CancellationToken cancellationToken) =>
        _reader.FindCoveringAsync(index, limit, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> ListAsync(
        string? anchor,
        ReceiptState? state,
        int limit,
        CancellationToken cancellationToken
    ) => _reader.ListAsync(anchor, state, limit, cancellationToken);
}
