using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Receipts;

/// <summary>Questions about a ledger's receipts.</summary>
public sealed class ReceiptReader : IReceiptReader
{
    private readonly LedgerReader _reader;

    internal ReceiptReader(LedgerReader reader) => _reader = reader;

    /// <inheritdoc />
    public async Task<AnchorReceipt?> FindAsync(Digest digest, string anchor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digest);
        var bytes = digest.Bytes.ToArray();
        var found = await QueryAsync(
                session => session.PrepareCached("SELECT body FROM receipt WHERE digest = ? AND anchor = ?").Bind(1, bytes).Bind(2, anchor),
                cancellationToken
            )
            .ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> FindAllAsync(Digest digest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digest);
        var bytes = digest.Bytes.ToArray();
        return QueryAsync(
            session => session.PrepareCached("SELECT body FROM receipt WHERE digest = ? ORDER BY anchor").Bind(1, bytes),
            cancellationToken
        );
    }

    /// <inheritdoc />
    public async Task<AnchorReceipt?> FindLatestAsync(string anchor, CancellationToken cancellationToken)
    {
        var found = await QueryAsync(
                session =>
                    session
                        .PrepareCached("SELECT body FROM receipt WHERE anchor = ? ORDER BY prepared_at DESC, id DESC LIMIT 1")
                        .Bind(1, anchor),
                cancellationToken
            )
            .ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(long index, int limit, CancellationToken cancellationToken)
    {
        CheckLimit(limit);
        return QueryAsync(
            session =>
                session
                    .PrepareCached("SELECT body FROM receipt WHERE tree_size > ? ORDER BY tree_size, anchor LIMIT ?")
                    .Bind(1, index)
                    .Bind(2, limit),
            cancellationToken
        );
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<AnchorReceipt>> ListAsync(string? anchor, ReceiptState? state, int limit, CancellationToken cancellationToken)
    {
        CheckLimit(limit);
        return QueryAsync(
            session =>
                session
                    .PrepareCached(
                        "SELECT body FROM receipt WHERE (?1 IS NULL OR anchor = ?1) AND (?2 < 0 OR state = ?2) ORDER BY id DESC LIMIT ?3"
                    )
                    .Bind(1, anchor)
                    .Bind(2, state is { } one ? (long)one : -1)
                    .Bind(3, limit),
            cancellationToken
        );
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
    }

    private Task<IReadOnlyList<AnchorReceipt>> QueryAsync(Func<SqliteSession, SqliteStatement> bind, CancellationToken cancellationToken) =>
        _reader.QueryAsync<IReadOnlyList<AnchorReceipt>>(
            session =>
            {
                var rows = bind(session);
                var found = new List<AnchorReceipt>();
                while (rows.Step())
                {
                    found.Add(Parse(rows.GetBytes(0)));
                }

                return found;
            },
            cancellationToken
        );

    private static AnchorReceipt Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return AnchorReceiptJson.Parse(body);
        }
        catch (BadInputException fault)
        {
            throw new LedgerFormatException($"a receipt in the ledger's database is damaged: {fault.Message}", fault);
        }
    }
}
