namespace Hallmark.Sqlite;

/// <summary>What a session may do with its database file.</summary>
public enum SqliteAccess
{
    /// <summary>Read only; other processes may write meanwhile.</summary>
    Read = 0,

    /// <summary>Read only, from a file that nobody writes: no lock is taken and no file is made beside it, so that a read-only folder will do.</summary>
    ReadImmutable,

    /// <summary>Read and write a file that is there.</summary>
    Write,

    /// <summary>Read and write; the file is made where it is missing.</summary>
    Create,
}
