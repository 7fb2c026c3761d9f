using Hallmark.Core.Failures;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>
/// Copies SQLite's log into the database's file on a thread of its own, so that appends need not wait for that. The log goes on growing meanwhile, and only one that is copied
/// whole is begun anew: so what has come meanwhile is copied too, less each time, and the last few pages by the writing thread. What a commit promises does not depend on it:
/// its pages are in the log, synced, before it is answered. Where the disk refuses, the log stays and grows until it is copied.
/// </summary>
/// <param name="folder">The ledger.</param>
/// <param name="writing">The writing thread's session.</param>
internal sealed class LogCopier(LedgerFolder folder, SqliteSession writing) : IDisposable
{
    private const int From = 2_048; // 16 MiB
    private const int MostBehind = 2_048; // beyond that the writing thread waits for the disk after all
    private const int LittleLeft = 128;
    private const int MostRounds = 4;
    private readonly AutoResetEvent _wanted = new(initialState: false);
    private readonly ManualResetEventSlim _isIdle = new(initialState: true);
    private Thread? _thread;
    private bool _isClosed;

    // The writing thread's.
    private int _pages;
    private int _next = From;
    private bool _isUnderWay;

    /// <summary>Looks how long the log has become, and has it copied. By the writing thread, after a commit was answered.</summary>
    public void Look()
    {
        var before = _pages;
        _pages = writing.LogPages;
        if (_pages < before)
        {
            _next = From;
        }

        if (!_isUnderWay)
        {
            if (_pages >= _next)
            {
                Begin();
            }
        }
        else if (_isIdle.IsSet || _pages >= _next + MostBehind)
        {
            _isIdle.Wait();
            _isUnderWay = false;
            _ = Copy(writing);

            // Where somebody still reads the log it goes on growing: then not at each commit.
            _next = _pages + From;
        }
    }

    /// <summary>Ends the thread; the writing thread has ended before.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isClosed, true);
        _wanted.Set();
        _thread?.Join();
        _wanted.Dispose();
        _isIdle.Dispose();
    }

    private void Begin()
    {
        _isUnderWay = true;
        _isIdle.Reset();
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "hallmark ledger log copier" };
            _thread.Start();
        }

        _wanted.Set();
    }

    private void Run()
    {
        SqliteSession? session = null;
        while (_wanted.WaitOne() && !Volatile.Read(ref _isClosed))
        {
            session ??= TryOpen();
            for (var round = 0; round < MostRounds && session is not null; round++)
            {
                if (Copy(session) is not { } copied || writing.LogPages - copied <= LittleLeft)
                {
                    break;
                }
            }

            _isIdle.Set();
        }

        session?.Dispose();
    }

    private SqliteSession? TryOpen()
    {
        try
        {
            return LedgerDatabase.OpenForCopying(folder);
        }
        catch (HallmarkException)
        {
            // The writing thread copies then, and says nothing either: only what it commits is anybody's business.
            return null;
        }
    }

    private static int? Copy(SqliteSession session)
    {
        try
        {
            return session.CopyLog();
        }
        catch (SqliteFailureException)
        {
            return null;
        }
    }
}
