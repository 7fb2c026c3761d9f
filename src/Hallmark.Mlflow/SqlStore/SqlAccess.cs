namespace Hallmark.Mlflow.SqlStore;

/// <summary>What a connection is for.</summary>
internal enum SqlAccess
{
    /// <summary>Reading only; the database refuses a write.</summary>
    Read = 0,

    /// <summary>Reading and writing; never makes a database.</summary>
    Write = 1,
}
