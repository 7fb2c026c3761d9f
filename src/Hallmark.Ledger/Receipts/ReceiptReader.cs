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

    /// <summary>The receipts of one anchor's checkpoints that cover the entry of an index, smallest tree first.</summary>
    /// <param name="anchor">The anchor's name.</param>
    /// <param name="index">The entry's index, counted from 0.</param>
    /// <param name="limit">At most so many; 1 to 10,000.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(string anchor, long index, int limit, CancellationToken cancellationToken)
    {
        CheckLimit(limit);
        return QueryAsync(
            session =>
                session
                    .PrepareCached("SELECT body FROM receipt WHERE anchor = ?1 AND tree_size > ?2 ORDER BY tree_size LIMIT ?3")
                    .Bind(1, anchor)
                    .Bind(2, index)
                    .Bind(3, limit),
            cancellationToken
        );
    }

    /// <summary>The names of all anchors that there are receipts of, in order.</summary>
    public Task<IReadOnlyList<string>> ListAnchorsAsync(CancellationToken cancellationToken) =>
        _reader.QueryAsync<IReadOnlyList<string>>(
            session =>
            {
                var rows = session.PrepareCached("SELECT DISTINCT anchor FROM receipt ORDER BY anchor");
                var names = new List<string>();
                while (rows.Step())
                {
                    names.Add(rows.GetText(0) ?? "");
                }

                return names;
            },
            cancellationToken
        );

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
                try
                {
                    while (rows.Step())
                    {
                        found.Add(Parse(rows.GetBytes(0)));
                    }
                }
                finally
                {
                    // One damaged receipt must not leave the session in the middle of a reading, where it answers no other question.
                    rows.Reset();
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
