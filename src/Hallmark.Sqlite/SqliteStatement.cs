using System.Text;
using SQLitePCL;

namespace Hallmark.Sqlite;

/// <summary>A prepared statement of a <see cref="SqliteSession"/>: bind, step, read the columns, reset. Parameters count from 1, columns from 0.</summary>
public sealed unsafe class SqliteStatement
{
    private const int LongestTextOnStack = 512;
    private readonly SqliteSession _session;
    private readonly sqlite3_stmt _statement;
    private nint _handle; // zero once the session is closed: SQLite refuses that as misuse

    internal SqliteStatement(SqliteSession session, sqlite3_stmt statement)
    {
        _session = session;
        _statement = statement;
        _handle = statement.DangerousGetHandle();
    }

    /// <summary>Binds a number.</summary>
    public SqliteStatement Bind(int parameter, long value)
    {
        _session.Check(SqliteCalls.BindInt64(_handle, parameter, value));
        return this;
    }

    /// <summary>Binds a text, or NULL.</summary>
    public SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            return BindNull(parameter);
        }

        var room = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> text = room <= LongestTextOnStack ? stackalloc byte[LongestTextOnStack] : new byte[room];
        var length = Encoding.UTF8.GetBytes(value, text);
        fixed (byte* start = text)
        {
            _session.Check(SqliteCalls.BindText(_handle, parameter, start, length, SqliteCalls.Transient));
        }

        return this;
    }

    /// <summary>Binds bytes; none are an empty blob and not NULL.</summary>
    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value)
        {
            _session.Check(
                value.IsEmpty
                    ? SqliteCalls.BindZeroBlob(_handle, parameter, 0)
                    : SqliteCalls.BindBlob(_handle, parameter, start, value.Length, SqliteCalls.Transient)
            );
        }

        return this;
    }

    /// <summary>Binds NULL.</summary>
    public SqliteStatement BindNull(int parameter)
    {
        _session.Check(SqliteCalls.BindNull(_handle, parameter));
        return this;
    }

    /// <summary>Goes to the next row. On false, and on a failure, the statement is reset.</summary>
    /// <exception cref="SqliteFailureException">The statement failed.</exception>
    public bool Step()
    {
        var code = SqliteCalls.Step(_handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            try
            {
                _session.Check(code);
            }
            finally
            {
                Reset();
            }
        }

        Reset();
        return false;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <exception cref="SqliteFailureException">The statement failed.</exception>
    public void Run()
    {
        if (Step())
        {
            Reset();
        }
    }

    /// <summary>Ends the reading of rows, so that the statement holds no snapshot.</summary>
    public void Reset() => _ = SqliteCalls.Reset(_handle);

    /// <summary>True where the column is NULL.</summary>
    public bool IsNull(int column) => SqliteCalls.ColumnType(_handle, column) == raw.SQLITE_NULL;

    /// <summary>True where the column holds a number without fraction.</summary>
    public bool IsNumber(int column) => SqliteCalls.ColumnType(_handle, column) == raw.SQLITE_INTEGER;

    /// <summary>The column as a number; 0 for NULL.</summary>
    public long GetNumber(int column) => SqliteCalls.ColumnInt64(_handle, column);

    /// <summary>The column as text, or null.</summary>
    public string? GetText(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(GetTextBytes(column));

    /// <summary>The column's text in UTF-8, valid until the next step or reset; empty for NULL.</summary>
    public ReadOnlySpan<byte> GetTextBytes(int column)
    {
        var text = SqliteCalls.ColumnText(_handle, column);
        return new ReadOnlySpan<byte>(text, text is null ? 0 : GetSize(column));
    }

    /// <summary>The column's bytes, valid until the next step or reset; empty for NULL.</summary>
    public ReadOnlySpan<byte> GetBytes(int column)
    {
        var bytes = SqliteCalls.ColumnBlob(_handle, column);
        return new ReadOnlySpan<byte>(bytes, bytes is null ? 0 : GetSize(column));
    }

    /// <summary>How many bytes the column holds.</summary>
    public int GetSize(int column) => SqliteCalls.ColumnBytes(_handle, column);

    internal void Finish()
    {
        _handle = 0;
        _statement.Dispose();
    }
}
