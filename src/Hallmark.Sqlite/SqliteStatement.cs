using SQLitePCL;

namespace Hallmark.Sqlite;

/// <summary>A prepared statement of a <see cref="SqliteSession"/>: bind, step, read the columns, reset. Parameters count from 1, columns from 0.</summary>
public sealed class SqliteStatement
{
    private readonly SqliteSession _session;
    private readonly sqlite3_stmt _statement;

    internal SqliteStatement(SqliteSession session, sqlite3_stmt statement)
    {
        _session = session;
        _statement = statement;
    }

    /// <summary>Binds a number.</summary>
    public SqliteStatement Bind(int parameter, long value)
    {
        _session.Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    /// <summary>Binds a text, or NULL.</summary>
    public SqliteStatement Bind(int parameter, string? value)
    {
        _session.Check(value is null ? raw.sqlite3_bind_null(_statement, parameter) : raw.sqlite3_bind_text(_statement, parameter, value));
        return this;
    }

    /// <summary>Binds bytes; none are an empty blob and not NULL.</summary>
    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        _session.Check(
            value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0) : raw.sqlite3_bind_blob(_statement, parameter, value)
        );
        return this;
    }

    /// <summary>Binds NULL.</summary>
    public SqliteStatement BindNull(int parameter)
    {
        _session.Check(raw.sqlite3_bind_null(_statement, parameter));
        return this;
    }

    /// <summary>Goes to the next row. On false, and on a failure, the statement is reset.</summary>
    /// <exception cref="SqliteFailureException">The statement failed.</exception>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
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
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    /// <summary>True where the column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>True where the column holds a number without fraction.</summary>
    public bool IsNumber(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_INTEGER;

    /// <summary>The column as a number; 0 for NULL.</summary>
    public long GetNumber(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>The column as text, or null.</summary>
    public string? GetText(int column) => IsNull(column) ? null : raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>The column's bytes, valid until the next step or reset; empty for NULL.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>How many bytes the column holds.</summary>
    public int GetSize(int column) => raw.sqlite3_column_bytes(_statement, column);

    internal void Finish() => _statement.Dispose();
}
