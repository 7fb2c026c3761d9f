using System.Globalization;
using Hallmark.Files;
using SQLitePCL;

namespace Hallmark.Sqlite;

/// <summary>A connection to an SQLite database without the layers of ADO.NET, for paths where each microsecond counts. Used by one thread at a time.</summary>
public sealed class SqliteSession : IDisposable
{
    private static readonly Dictionary<string, int> OpenFiles = new(StringComparer.Ordinal); // guarded by itself
    private readonly sqlite3 _database;
    private readonly string _path;
    private readonly List<SqliteStatement> _statements = [];
    private readonly Dictionary<string, SqliteStatement> _cache = new(StringComparer.Ordinal);

    private SqliteLogWatch? _log;
    private bool _isDisposed; // guarded by OpenFiles

    private SqliteSession(sqlite3 database, string path) => (_database, _path) = (database, path);

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_database);

    /// <summary>True while a transaction is open.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    /// <summary>How many pages the write-ahead log had after this session's last commit; 0 before one, and where <see cref="WatchLog"/> was not called.</summary>
    public int LogPages => _log?.Pages ?? 0;

    /// <summary>Opens a database.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="access">What may be done with it.</param>
    /// <param name="busyTimeout">How long a lock of somebody else is waited for.</param>
    /// <param name="checkFile">
    /// Looks at the file before SQLite does; not called where this process has it open already, by this name or by way of symbolic links. On Unix the closing of any handle of a
    /// file takes back all locks that the process has on it, SQLite's too: another process could then remove the write-ahead log that is in use here.
    /// </param>
    /// <exception cref="SqliteFailureException">The file cannot be opened.</exception>
    public static SqliteSession Open(string path, SqliteAccess access, TimeSpan busyTimeout, Action? checkFile = null)
    {
        SqliteDatabase.Prepare();
        var real = RealOf(Path.GetFullPath(path));
        lock (OpenFiles)
        {
            var count = OpenFiles.GetValueOrDefault(real);
            if (count == 0)
            {
                checkFile?.Invoke();
            }

            var session = Open(real, access, busyTimeout);
            OpenFiles[real] = count + 1;
            return session;
        }
    }

    // What cannot be followed stays as it is: SQLite says what is wrong with it.
    private static string RealOf(string path)
    {
        try
        {
            return RealPath.Of(path) ?? path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    private static SqliteSession Open(string path, SqliteAccess access, TimeSpan busyTimeout)
    {
        var flags =
            raw.SQLITE_OPEN_NOMUTEX
            | raw.SQLITE_OPEN_URI
            | access switch
            {
                SqliteAccess.Write => raw.SQLITE_OPEN_READWRITE,
                SqliteAccess.Create => raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE,
                _ => raw.SQLITE_OPEN_READONLY,
            };
        var uri =
            "file:"
            + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)
            + (access is SqliteAccess.ReadImmutable ? "?immutable=1" : "");
        var code = raw.sqlite3_open_v2(uri, out var database, flags, null);
        if (code != raw.SQLITE_OK)
        {
            var message = raw.sqlite3_errstr(code).utf8_to_string();
            database?.Dispose();
            throw new SqliteFailureException(code, message);
        }

        var session = new SqliteSession(database, path);
        try
        {
            _ = raw.sqlite3_extended_result_codes(database, 1);
            _ = raw.sqlite3_busy_timeout(database, (int)busyTimeout.TotalMilliseconds);

            // A schema made by somebody else runs nothing of its own here, and a page that lies about its cells is refused.
            session.Execute("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA foreign_keys=OFF");
            return session;
        }
        catch
        {
            session.Close();
            throw;
        }
    }

    /// <summary>Prepares a statement that lives as long as the session.</summary>
    /// <exception cref="SqliteFailureException">The statement does not fit the database.</exception>
    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_database, sql, out var statement));
        var prepared = new SqliteStatement(this, statement);
        _statements.Add(prepared);
        return prepared;
    }

    /// <summary>As <see cref="Prepare"/>, but the same statement is given for the same text; not to be used for two things at once.</summary>
    /// <exception cref="SqliteFailureException">The statement does not fit the database.</exception>
    public SqliteStatement PrepareCached(string sql)
    {
        if (!_cache.TryGetValue(sql, out var statement))
        {
            _cache[sql] = statement = Prepare(sql);
        }

        return statement;
    }

    /// <summary>Runs statements that give no rows, or whose rows nobody wants.</summary>
    /// <exception cref="SqliteFailureException">One of them failed.</exception>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_database, sql);
        Check(code);
    }

    /// <summary>
    /// Takes back what the open transaction did, where one is open: for after a failure, of which the caller speaks. Where this fails too, the transaction stays open, and the next
    /// <c>BEGIN</c> fails.
    /// </summary>
    public void TakeBack()
    {
        if (IsInTransaction)
        {
            _ = raw.sqlite3_exec(_database, "ROLLBACK");
        }
    }

    /// <summary>The first column of the first row as text; null where there is none.</summary>
    /// <exception cref="SqliteFailureException">The statement failed.</exception>
    public string? ReadText(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_database, sql, out var statement));
        using (statement)
        {
            var code = raw.sqlite3_step(statement);
            if (code == raw.SQLITE_ROW)
            {
                return raw.sqlite3_column_text(statement, 0).utf8_to_string();
            }

            if (code != raw.SQLITE_DONE)
            {
                Check(code);
            }

            return null;
        }
    }

    /// <summary>The first column of the first row as a number; 0 where there is none.</summary>
    /// <exception cref="SqliteFailureException">The statement failed.</exception>
    public long ReadNumber(string sql) =>
        long.TryParse(ReadText(sql), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>From now on <see cref="LogPages"/> is known, and commits of this session no longer copy the log: <see cref="CopyLog"/> has to.</summary>
    public void WatchLog() => _log ??= new SqliteLogWatch(_database.DangerousGetHandle());

    /// <summary>
    /// Copies what the write-ahead log holds into the database's file, synced, as far as readers allow, and waits for nobody: a writer goes on meanwhile. Where all of it is copied
    /// and nobody reads it any more, the next commit begins the log anew.
    /// </summary>
    /// <returns>How many of the log's pages are in the file now; 0 where another session is copying.</returns>
    /// <exception cref="SqliteFailureException">The disk refuses; the log stays as it is.</exception>
    public int CopyLog()
    {
        var code = CopyNow(out var pages, out var copied);
        if (code == raw.SQLITE_OK && pages < 0)
        {
            // A session that has read nothing yet does not know of the log.
            _ = ReadNumber("PRAGMA schema_version");
            code = CopyNow(out _, out copied);
        }

        if (code == raw.SQLITE_BUSY)
        {
            return 0;
        }

        Check(code);
        return Math.Max(0, copied);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (OpenFiles)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            Close();
            if (--OpenFiles[_path] == 0)
            {
                OpenFiles.Remove(_path);
            }
        }
    }

    private int CopyNow(out int pages, out int copied) =>
        raw.sqlite3_wal_checkpoint_v2(_database, null, raw.SQLITE_CHECKPOINT_PASSIVE, out pages, out copied);

    private void Close()
    {
        foreach (var statement in _statements)
        {
            statement.Finish();
        }

        _statements.Clear();
        _database.Dispose();
        _log?.Dispose();
        _log = null;
    }

    internal void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new SqliteFailureException(raw.sqlite3_extended_errcode(_database), raw.sqlite3_errmsg(_database).utf8_to_string());
        }
    }
}
