using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Outbox;

/// <summary>The outbox of a ledger that is open to write: work that became durable together with an entry or a checkpoint. Each change is on disk when it is answered.</summary>
public sealed class LedgerOutbox
{
    private const int MaxErrorLength = 500;
    private readonly LedgerWriter _writer;

    internal LedgerOutbox(LedgerWriter writer, OutboxReader reader)
    {
        _writer = writer;
        Reader = reader;
    }

    /// <summary>Questions.</summary>
    public OutboxReader Reader { get; }

    /// <summary>Puts work in that belongs to no new entry, due now.</summary>
    /// <returns>The work's number.</returns>
    /// <exception cref="Core.Failures.BadInputException">The kind is empty or the body too large.</exception>
    public Task<long> AddAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        SubmissionCheck.CheckWork(work);
        cancellationToken.ThrowIfCancellationRequested();
        return _writer.RunAsync(statements =>
        {
            statements.InsertWork(work, entry: null);
            return statements.Session.ReadNumber("SELECT last_insert_rowid()");
        });
    }

    /// <summary>Has a piece of work tried again now, with a fresh count of tries.</summary>
    /// <returns>False where there is no such work.</returns>
    public Task<bool> RetryAsync(long id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ChangeAsync("UPDATE outbox SET state = 0, attempts = 0, due_at = ?2, created_at = ?2 WHERE id = ?1", id);
    }

    /// <summary>Has all work that was given up tried again now.</summary>
    /// <param name="kind">Work of this kind only; null for all.</param>
    /// <param name="cancellationToken">Checked at the start.</param>
    /// <returns>How many pieces.</returns>
    public Task<int> RetryDeadAsync(string? kind, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _writer.RunAsync(statements =>
        {
            statements
                .Session.PrepareCached(
                    "UPDATE outbox SET state = 0, attempts = 0, due_at = ?1, created_at = ?1 WHERE state = 1 AND (?2 IS NULL OR kind = ?2)"
                )
                .Bind(1, statements.Now)
                .Bind(2, kind)
                .Run();
            return statements.Session.Changes;
        });
    }

    internal Task<bool> CompleteAsync(long id) =>
        _writer.KeepAsync(statements =>
        {
            statements.Session.PrepareCached("DELETE FROM outbox WHERE id = ?").Bind(1, id).Run();
            return statements.Session.Changes > 0;
        });

    internal Task<bool> PostponeAsync(long id, DateTimeOffset dueAt, string error) =>
        _writer.KeepAsync(statements =>
        {
            statements
                .Session.PrepareCached("UPDATE outbox SET state = 0, attempts = attempts + 1, due_at = ?2, last_error = ?3 WHERE id = ?1")
                .Bind(1, id)
                .Bind(2, UnixTime.ToMicroseconds(dueAt))
                .Bind(3, ShortText.Cut(error, MaxErrorLength))
                .Run();
            return statements.Session.Changes > 0;
        });

    /// <summary>Notes that work was handed over and is to be looked at again later; its tries are counted anew.</summary>
    internal Task<bool> WaitAsync(long id, DateTimeOffset dueAt, string? remark) =>
        _writer.KeepAsync(statements =>
        {
            statements
                .Session.PrepareCached("UPDATE outbox SET state = 2, attempts = 0, due_at = ?2, last_error = ?3 WHERE id = ?1")
                .Bind(1, id)
                .Bind(2, UnixTime.ToMicroseconds(dueAt))
                .Bind(3, remark is null ? null : ShortText.Cut(remark, MaxErrorLength))
                .Run();
            return statements.Session.Changes > 0;
        });

    /// <summary>Puts all due work of a kind off, because the place it all goes to does not answer.</summary>
    internal Task<int> PutOffAsync(string kind, DateTimeOffset dueAt, string error) =>
        _writer.KeepAsync(statements =>
        {
            statements
                .Session.PrepareCached("UPDATE outbox SET due_at = ?2, last_error = ?3 WHERE kind = ?1 AND state IN (0, 2) AND due_at < ?2")
                .Bind(1, kind)
                .Bind(2, UnixTime.ToMicroseconds(dueAt))
                .Bind(3, ShortText.Cut(error, MaxErrorLength))
                .Run();
            return statements.Session.Changes;
        });

    internal Task<bool> BuryAsync(long id, string error) =>
        _writer.KeepAsync(statements =>
        {
            statements
                .Session.PrepareCached("UPDATE outbox SET state = 1, attempts = attempts + 1, last_error = ?2 WHERE id = ?1")
                .Bind(1, id)
                .Bind(2, ShortText.Cut(error, MaxErrorLength))
                .Run();
            return statements.Session.Changes > 0;
        });

    private Task<bool> ChangeAsync(string sql, long id) =>
        _writer.RunAsync(statements =>
        {
            statements.Session.PrepareCached(sql).Bind(1, id).Bind(2, statements.Now).Run();
            return statements.Session.Changes > 0;
        });
}
