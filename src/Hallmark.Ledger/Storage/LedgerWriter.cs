using Hallmark.Core.Failures;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>
/// The one thread that writes the database. It takes all writes that have come in meanwhile into one transaction and answers after the commit is on disk, so that many
/// callers share one sync.
/// </summary>
internal sealed class LedgerWriter : ILedgerWrites, IDisposable
{
    private readonly LedgerFolder _folder;
    private readonly SqliteSession _session;
    private readonly LedgerStatements _statements;
    private readonly TimeProvider _time;
    private readonly int _maxBatch;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _signal = new(initialState: false);
    private readonly Thread _thread;
    private List<LedgerWrite> _incoming = []; // guarded by _gate
    private bool _isClosed; // guarded by _gate
    private long _size;

    public LedgerWriter(LedgerFolder folder, SqliteSession session, TimeProvider time, int maxBatch)
    {
        _folder = folder;
        _session = session;
        _time = time;
        _maxBatch = maxBatch;
        _statements = new LedgerStatements(session);
        _size = _statements.NextIndex;
        _thread = new Thread(Run) { IsBackground = true, Name = "hallmark ledger writer" };
    }

    /// <summary>How many entries are durable.</summary>
    public long Size => Volatile.Read(ref _size);

    /// <summary>Called on the writing thread, before it starts only.</summary>
    public void Prepare(Action<LedgerStatements> action) => action(_statements);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Queues a write.</summary>
    /// <exception cref="ObjectDisposedException">The ledger is closed.</exception>
    public void Enqueue(LedgerWrite write)
    {
        bool wakes;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(EventLedger));
            wakes = _incoming.Count == 0;
            _incoming.Add(write);
        }

        if (wakes)
        {
            _signal.Set();
        }
    }

    /// <inheritdoc />
    public Task<T> RunAsync<T>(Func<LedgerStatements, T> action)
    {
        var write = new LedgerAction<T>(action);
        Enqueue(write);
        return write.Task;
    }

    /// <summary>Finishes what is queued, then closes the database.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        _signal.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _session.Dispose();
        _signal.Dispose();
    }

    private void Run()
    {
        var batch = new List<LedgerWrite>();
        while (true)
        {
            bool isClosed;
            lock (_gate)
            {
                (batch, _incoming) = (_incoming, batch);
                isClosed = _isClosed;
            }

            if (batch.Count == 0)
            {
                if (isClosed)
                {
                    return;
                }

                _signal.WaitOne();
                continue;
            }

            for (var start = 0; start < batch.Count; )
            {
                var piece = batch.GetRange(start, CountOfOneTransaction(batch, start));
                start += piece.Count;
                Write(piece);
            }

            batch.Clear();
        }
    }

    private int CountOfOneTransaction(List<LedgerWrite> batch, int start)
    {
        var (weight, next) = (batch[start].Weight, start + 1);
        while (next < batch.Count && weight + batch[next].Weight <= _maxBatch)
        {
            weight += batch[next++].Weight;
        }

        return next - start;
    }

    private void Write(List<LedgerWrite> batch)
    {
        var size = _statements.NextIndex;
        var refused = new List<(LedgerWrite Write, HallmarkException Cause)>();
        try
        {
            _statements.Now = UnixTime.ToMicroseconds(_time.GetUtcNow());
            _statements.Begin.Run();
            foreach (var write in batch)
            {
                try
                {
                    write.Apply(_statements);
                }
                catch (HallmarkException cause)
                {
                    refused.Add((write, cause));
                }
            }

            _statements.Commit.Run();
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            TakeBack(size);
            if (batch.Count > 1)
            {
                // One bad write must not fail the others: each gets a transaction of its own.
                foreach (var write in batch)
                {
                    Write([write]);
                }
            }
            else
            {
                batch[0].Fail(cause is SqliteFailureException failure ? LedgerDatabase.Translate(_folder, failure) : cause);
            }

            return;
        }

        _statements.Recent.Keep();
        Volatile.Write(ref _size, _statements.NextIndex);
        var next = 0;
        foreach (var write in batch)
        {
            if (next < refused.Count && ReferenceEquals(refused[next].Write, write))
            {
                write.Fail(refused[next++].Cause);
            }
            else
            {
                write.Complete();
            }
        }
    }

    private void TakeBack(long size)
    {
        _statements.Recent.TakeBack();
        _statements.NextIndex = size;
        try
        {
            if (_session.IsInTransaction)
            {
                _session.Execute("ROLLBACK");
            }
        }
        catch (SqliteFailureException)
        {
            // The next BEGIN says what is wrong; until it succeeds nothing is answered as written.
        }
    }
}
