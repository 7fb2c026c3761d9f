using Hallmark.Core.Events;
using Hallmark.Ledger.Storage;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Outbox;

/// <summary>Questions to a ledger's outbox.</summary>
public sealed class OutboxReader
{
    private const string Columns = "id, kind, body, entry, state, attempts, created_at, due_at, last_error";
    private readonly LedgerReader _reader;

    internal OutboxReader(LedgerReader reader) => _reader = reader;

    /// <summary>Work in the outbox, oldest first.</summary>
    /// <param name="state">Work in this state only; null for all.</param>
    /// <param name="kind">Work of this kind only; null for all.</param>
    /// <param name="limit">At most so many; 1 to 10,000.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<OutboxItem>> FindAsync(OutboxState? state, string? kind, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        return _reader.QueryAsync<IReadOnlyList<OutboxItem>>(
            session =>
            {
                var rows = session.PrepareCached(
                    $"SELECT {Columns} FROM outbox WHERE (?1 < 0 OR state = ?1) AND (?2 IS NULL OR kind = ?2) ORDER BY id LIMIT ?3"
                );
                rows.Bind(1, state is { } one ? (long)one : -1).Bind(2, kind).Bind(3, limit);
                var found = new List<OutboxItem>();
                while (rows.Step())
                {
                    found.Add(Read(rows));
                }

                return found;
            },
            cancellationToken
        );
    }

    /// <summary>How much there is, kind by kind.</summary>
    public Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken) =>
        _reader.QueryAsync<IReadOnlyList<OutboxCount>>(
            session =>
            {
                var rows = session.PrepareCached(
                    "SELECT kind, sum(state = 0), sum(state = 1), sum(state = 2), min(CASE state WHEN 0 THEN created_at END) FROM outbox GROUP BY kind ORDER BY kind"
                );
                var found = new List<OutboxCount>();
                while (rows.Step())
                {
                    found.Add(
                        new OutboxCount(
                            rows.GetText(0) ?? "",
                            rows.GetNumber(1),
                            rows.GetNumber(2),
                            rows.IsNull(4) ? null : UnixTime.FromMicroseconds(rows.GetNumber(4)),
                            rows.GetNumber(3)
                        )
                    );
                }

                return found;
            },
            cancellationToken
        );

    /// <summary>Whether work of a kind that came with an entry is still to be done or goes on; what was given up does not count.</summary>
    /// <param name="kind">The kind; those that begin with it and a colon are of it.</param>
    /// <param name="entry">The entry's index.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<bool> HasWorkAsync(string kind, long entry, CancellationToken cancellationToken) =>
        _reader.QueryAsync(
            session =>
            {
                var row = session.PrepareCached(
                    "SELECT 1 FROM outbox WHERE state IN (0, 2) AND kind = ?1 AND entry = ?2 "
                        + "UNION ALL SELECT 1 FROM outbox WHERE state IN (0, 2) AND kind > ?1 || ':' AND kind < ?1 || ';' AND entry = ?2 LIMIT 1" // ; follows :
                );
                row.Bind(1, kind).Bind(2, entry);
                var has = row.Step();
                row.Reset();
                return has;
            },
            cancellationToken
        );

    /// <summary>When the next work is due, of whatever kind, in the past where some is due already; null where there is none that goes on by itself.</summary>
    public Task<DateTimeOffset?> FindNextDueAsync(CancellationToken cancellationToken) =>
        _reader.QueryAsync<DateTimeOffset?>(
            session =>
            {
                var row = session.PrepareCached("SELECT min(due_at) FROM outbox WHERE state IN (0, 2)");
                DateTimeOffset? due = row.Step() && !row.IsNull(0) ? UnixTime.FromMicroseconds(row.GetNumber(0)) : null;
                row.Reset();
                return due;
            },
            cancellationToken
        );

    /// <summary>The oldest work of a kind that is due, or null.</summary>
    internal Task<OutboxItem?> FindDueAsync(string kind, long now, CancellationToken cancellationToken) =>
        _reader.QueryAsync(
            session =>
            {
                var pending = FindDue(session, OutboxState.Pending, kind, now);
                var waiting = FindDue(session, OutboxState.Waiting, kind, now);
                return pending is null || (waiting is not null && waiting.DueAt < pending.DueAt) ? waiting : pending;
            },
            cancellationToken
        );

    private static OutboxItem? FindDue(SqliteSession session, OutboxState state, string kind, long now)
    {
        var row = session.PrepareCached(
            $"SELECT {Columns} FROM outbox WHERE state = ? AND kind = ? AND due_at <= ? ORDER BY due_at, id LIMIT 1"
        );
        row.Bind(1, (long)state).Bind(2, kind).Bind(3, now);
        var item = row.Step() ? Read(row) : null;
        row.Reset();
        return item;
    }

    private static OutboxItem Read(SqliteStatement row) =>
        new(
            row.GetNumber(0),
            new OutboxWork(row.GetText(1) ?? "", row.GetBytes(2).ToArray()),
            row.IsNull(3) ? null : row.GetNumber(3),
            row.GetNumber(4) switch
            {
                (long)OutboxState.Pending => OutboxState.Pending,
                (long)OutboxState.Waiting => OutboxState.Waiting,
                _ => OutboxState.Dead,
            },
            (int)Math.Clamp(row.GetNumber(5), 0, int.MaxValue),
            UnixTime.FromMicroseconds(row.GetNumber(6)),
            UnixTime.FromMicroseconds(row.GetNumber(7)),
            row.GetText(8)
        );
}
