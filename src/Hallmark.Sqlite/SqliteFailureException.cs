namespace Hallmark.Sqlite;

/// <summary>SQLite refused. Rooms above turn this into a failure that a person can act on; it holds no bound values.</summary>
/// <param name="code">The extended result code; its low byte is the primary code.</param>
/// <param name="message">SQLite's own words.</param>
public sealed class SqliteFailureException(int code, string message) : IOException($"SQLite: {message} (code {code})")
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>True where the file is not a database, or not a whole one: SQLITE_CORRUPT, SQLITE_NOTADB, or a schema other than the expected one.</summary>
    public bool IsDamaged => (Code & 0xFF) is 1 or 11 or 26;

    /// <summary>True where the file could not be opened: missing, or its folder may not be written.</summary>
    public bool IsCannotOpen => (Code & 0xFF) is 8 or 14;

    /// <summary>True where a row of this key is there already: SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY or _ROWID.</summary>
    public bool IsTaken => Code is 2067 or 1555 or 2579;
}
