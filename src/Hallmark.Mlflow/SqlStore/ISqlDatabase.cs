using System.Data.Common;
using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>What differs between the databases that MLflow's tables lie in. All SQL beside this is the same for all of them.</summary>
internal interface ISqlDatabase : IAsyncDisposable
{
    /// <summary>How messages call it, such as <c>the SQLite database /srv/mlflow.db</c>; holds no secrets.</summary>
    string Name { get; }

    /// <summary>The absolute path of the database's file, where it is one; else null.</summary>
    string? FilePath => null;

    /// <summary>The pseudo column that tells in which order rows were inserted.</summary>
    string InsertionOrder { get; }

    /// <summary>Opens a connection; one that is not for writing cannot write.</summary>
    /// <exception cref="HallmarkException">What is there is no database, or there is none.</exception>
    Task<DbConnection> OpenAsync(SqlAccess access, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that sees one state (reading) or holds off other writers of the same rows (writing).</summary>
    Task<DbTransaction> BeginAsync(DbConnection connection, SqlAccess access, CancellationToken cancellationToken);

    /// <summary>Reads which tables and columns there are.</summary>
    Task<SqlSchema> ReadSchemaAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Reads a column's text, which is not null.</summary>
    /// <exception cref="FormatException">The column does not hold well-formed text.</exception>
    string ReadText(DbDataReader reader, int column);

    /// <summary>True where the same transaction may succeed when tried again: somebody else's came between.</summary>
    bool IsWorthRetrying(DbException failure);

    /// <summary>The failure in our own words.</summary>
    HallmarkException Explain(Exception failure);
}
