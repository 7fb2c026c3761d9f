using Hallmark.Core.Failures;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>
/// The one thread that writes the database. It takes all writes that have come in meanwhile into one transaction and answers after the commit is on disk, so that many
/// callers share one sync. It holds the ledger's lock while it writes; where another process waits for it, that one has its turn in between, and what it wrote is caught up on.
/// </summary>
internal sealed class LedgerWriter : IDisposable
{
    // Long enough that one who writes one piece after the other keeps the lock, short enough that nobody notices who waits for it.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan KeepingPatience = TimeSpan.FromMinutes(2);

    private readonly LedgerFolder _folder;
    private readonly SqliteSession _session;
    private readonly LedgerStatements _statements;
    private readonly TimeProvider _time;
    private readonly int _maxBatch;
    private readonly LogCopier _log;
    private readonly LedgerTurn _turn; // the writing thread's, once it runs
    private readonly HashSet<LedgerHold> _holds = []; // guarded by _gate; entered by the writing thread only
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _signal = new(initialState: false);
    private readonly Thread _thread;
    private List<LedgerWrite> _incoming = []; // guarded by _gate
    private bool _isClosed; // guarded by _gate
    private long _size;
    private long _version;

    public LedgerWriter(LedgerFolder folder, SqliteSession session, LedgerTurn turn, TimeProvider time, int maxBatch)
    {
        _turn = turn;
        _folder = folder;
        _session = session;
        _time = time;
        _maxBatch = maxBatch;
        _statements = new LedgerStatements(session);
        _size = _statements.NextIndex;
        _version = ReadVersion();
        session.WatchLog();
        _log = new LogCopier(folder, session);
        _thread = new Thread(Run) { IsBackground = true, Name = "hallmark ledger writer" };
    }

    /// <summary>How many entries are durable.</summary>
    public long Size => Volatile.Read(ref _size);

    /// <summary>Called when the lock is this process's again and others have written meanwhile: the statements know of no recent entry then. On the writing thread.</summary>
    public Action<LedgerStatements> CatchUp { get; set; } = static _ => { };

    /// <summary>Called on the writing thread, before it starts only.</summary>
    public void Prepare(Action<LedgerStatements> action) => action(_statements);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Runs an action, and keeps the ledger's lock in this process from then on until the hold is disposed of: no other process writes or publishes meanwhile.</summary>
    /// <exception cref="UnavailableException">Another process did not give the lock in time.</exception>
    public async Task<(LedgerHold Hold, T Result)> HoldAsync<T>(Func<LedgerStatements, T> action)
    {
        var hold = new LedgerHold(this);
        try
        {
            var result = await RunAsync(statements =>
                {
                    lock (_gate)
                    {
                        _holds.Add(hold);
                    }

                    return action(statements);
                })
                .ConfigureAwait(false);
            return (hold, result);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Ends a hold.</summary>
    public void Release(LedgerHold hold)
    {
        lock (_gate)
        {
            if (_holds.Remove(hold) && !_isClosed)
            {
                _signal.Set();
            }
        }
    }

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

    /// <summary>Runs an action in a transaction on the writing thread, and waits until it is on disk.</summary>
    /// <exception cref="UnavailableException">Another process writes and does not stop, or the disk refuses; nothing was written.</exception>
    public Task<T> RunAsync<T>(Func<LedgerStatements, T> action)
    {
        var write = new LedgerAction<T>(action);
        Enqueue(write);
        return write.Task;
    }

    /// <summary>
    /// <see cref="RunAsync"/> for what came of work that is done and would have to be done again: waits up to 2 minutes for another process, however short the others wait.
    /// </summary>
    public async Task<T> KeepAsync<T>(Func<LedgerStatements, T> action)
    {
        var start = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return await RunAsync(action).ConfigureAwait(false);
            }
            catch (LedgerBusyException) when (_time.GetElapsedTime(start) < KeepingPatience)
            {
                // Queued again, behind what came meanwhile.
            }
        }
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

        _log.Dispose();
        _session.Dispose();
        _turn.Dispose();
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

                WaitForWork();
                continue;
            }

            for (var start = 0; start < batch.Count; )
            {
                var piece = batch.GetRange(start, CountOfOneTransaction(batch, start));
                start += piece.Count;
                if (TryTakeTurn(piece))
                {
                    Write(piece);
                    _log.Look();
                    EndTurnWhereOver();
                }
            }

            batch.Clear();
        }
    }

    private void WaitForWork()
    {
        if (!_turn.IsHeld || IsHeldOnTo())
        {
            _signal.WaitOne();
        }
        else if (!_signal.WaitOne(Idle))
        {
            _turn.End();
        }
    }

    private void EndTurnWhereOver()
    {
        try
        {
            if (!IsHeldOnTo() && _turn.IsOver())
            {
                _turn.End();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whether somebody waits cannot be seen. Who wants to write next takes the lock anew, and is told what is wrong.
            _turn.End();
        }
    }

    private bool IsHeldOnTo()
    {
        lock (_gate)
        {
            return _holds.Count > 0;
        }
    }

    // Nothing is written without the lock, and nothing by what was known before another process had it.
    private bool TryTakeTurn(List<LedgerWrite> batch)
    {
        if (_turn.IsHeld)
        {
            return true;
        }

        try
        {
            _turn.Take();
            if (ReadVersion() is var version && version != _version)
            {
                _statements.Restart();
                CatchUp(_statements);
                Volatile.Write(ref _size, _statements.NextIndex);
                _version = version;
            }

            return true;
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            _turn.End();
            var explained = Explain(cause);
            batch.ForEach(write => write.Fail(explained));
            return false;
        }
    }

    private Exception Explain(Exception cause) =>
        cause switch
        {
            SqliteFailureException failure => LedgerDatabase.Translate(_folder, failure),
            IOException or UnauthorizedAccessException => new UnavailableException(
                $"the ledger's folder {_folder.Path} cannot be written: {cause.Message}",
                cause,
                "see that it is there and that you may write it"
            ),
            _ => cause,
        };

    // SQLite's number of what other connections have committed.
    private long ReadVersion() => _session.ReadNumber("PRAGMA data_version");

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
        var isBegun = false;
        try
        {
            _statements.Now = UnixTime.ToMicroseconds(_time.GetUtcNow());
            _statements.Begin.Run();
            isBegun = true;
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
            if (isBegun && batch.Count > 1)
            {
                // One bad write must not fail the others: each gets a transaction of its own.
                foreach (var write in batch)
                {
                    Write([write]);
                }
            }
            else
            {
                // Where another program locks the database, they wait for it once and not one after the other.
                var explained = Explain(cause);
                batch.ForEach(write => write.Fail(explained));
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
        _session.TakeBack();
    }
}
