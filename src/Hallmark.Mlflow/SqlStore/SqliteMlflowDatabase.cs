using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>MLflow's tables in a SQLite file. Opened for reading, the file is never made nor changed.</summary>
internal sealed partial class SqliteMlflowDatabase(string path, TimeSpan busyTimeout) : ISqlDatabase
{
    /// <summary>The longest text or row that is read: a database from elsewhere must not fill the memory.</summary>
    private const int MaximumValueSizeInBytes = 64 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc />
    public string Name => $"The SQLite database {path}";

    /// <inheritdoc />
    public string? FilePath => path;

    /// <inheritdoc />
    public string InsertionOrder => "rowid";

    /// <summary>Opens the database that a URI names.</summary>
    public static SqliteMlflowDatabase Of(SqlAlchemyUri uri, TimeSpan busyTimeout)
    {
        if (
            uri.Database.Length == 0
            || uri.Database.StartsWith(":memory:", StringComparison.Ordinal)
            || uri.Database.StartsWith("file:", StringComparison.Ordinal)
        )
        {
            throw new BadInputException("The SQLite URI names no file", "Write sqlite:///mlflow.db or sqlite:////srv/mlflow/mlflow.db");
        }

        return new SqliteMlflowDatabase(Path.GetFullPath(uri.Database), busyTimeout);
    }

    /// <inheritdoc />
    public async Task<DbConnection> OpenAsync(SqlAccess access, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw Directory.Exists(path)
                ? new MlflowFormatException(
                    $"{path} is a folder and not a SQLite database",
                    "A file store is named by its path or as file:///…"
                )
                : new MlflowNotFoundException(
                    $"There is no SQLite database at {path}",
                    "Relative paths (three slashes) count from the current folder"
                );
        }

        var connection = SqliteDatabase.Open(
            path,
            access is SqlAccess.Write ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadOnly,
            busyTimeout
        );
        try
        {
            SQLitePCL.raw.sqlite3_limit(connection.Handle, SqliteLimitLength, MaximumValueSizeInBytes);
            await ExecuteAsync(connection, "PRAGMA trusted_schema = OFF", cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, "PRAGMA foreign_keys = ON", cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public Task<DbTransaction> BeginAsync(DbConnection connection, SqlAccess access, CancellationToken cancellationToken) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: access is SqlAccess.Read));

    /// <inheritdoc />
    public async Task<SqlSchema> ReadSchemaAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var schema = new SqlSchema();
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = "SELECT encoding FROM pragma_encoding";
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not "UTF-8")
            {
                throw new MlflowFormatException($"{Name} does not store UTF-8, as MLflow's databases do");
            }

            command.CommandText =
                "SELECT t.name, c.name, c.type FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'";
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var bound = Bounded().Match(reader.GetString(2));
                    schema.Add(
                        reader.GetString(0),
                        reader.GetString(1),
                        bound.Success ? int.Parse(bound.Groups["bound"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null
                    );
                }
            }
        }

        return schema;
    }

    /// <inheritdoc />
    public string ReadText(DbDataReader reader, int column)
    {
        if (reader.GetFieldType(column) != typeof(string))
        {
            throw new FormatException("something else");
        }

        // The bytes, and not the provider's string: that one ends at a NUL and replaces what is no UTF-8, so two different texts would read alike.
        try
        {
            return StrictUtf8.GetString(reader.GetFieldValue<byte[]>(column));
        }
        catch (DecoderFallbackException failure)
        {
            throw new FormatException("bytes that are not UTF-8", failure);
        }
    }

    /// <inheritdoc />
    public bool IsWorthRetrying(DbException failure) => false; // BEGIN IMMEDIATE keeps others out

    /// <inheritdoc />
    public HallmarkException Explain(Exception failure) =>
        (failure as SqliteException)?.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new MlflowUnavailableException(
                $"{Name} is locked by another program, for more than {busyTimeout.TotalSeconds:0} s",
                failure,
                "Try again when the other program is done"
            ),
            SQLitePCL.raw.SQLITE_NOTADB => new MlflowFormatException(
                $"{path} is not a SQLite database",
                failure,
                "Is it encrypted, compressed or of another kind?"
            ),
            SQLitePCL.raw.SQLITE_CORRUPT => new MlflowFormatException(
                $"{Name} is damaged",
                failure,
                "Look closer with: sqlite3 <file> 'PRAGMA integrity_check'"
            ),
            SQLitePCL.raw.SQLITE_TOOBIG => new MlflowFormatException(
                $"{Name} holds a value above {MaximumValueSizeInBytes >> 20} MiB, which is not read",
                failure
            ),
            SQLitePCL.raw.SQLITE_ERROR => new MlflowFormatException(
                $"{Name} has an unknown schema",
                failure,
                "Known are the schemas of MLflow 2.14 to 3.10"
            ),
            SQLitePCL.raw.SQLITE_CONSTRAINT => ExplainConstraint((SqliteException)failure),
            SQLitePCL.raw.SQLITE_READONLY
                when ((SqliteException)failure).SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_READONLY_ROLLBACK =>
                new MlflowUnavailableException(
                    $"{Name} was left in the middle of a write, which has to be undone before it can be read",
                    failure,
                    $"Undo it once with: sqlite3 {path} 'SELECT 1 FROM runs LIMIT 1'"
                ),
            SQLitePCL.raw.SQLITE_READONLY => new MlflowUnavailableException(
                $"{Name} cannot be written by this user",
                failure,
                "Both the file and its folder must be writable"
            ),
            SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_AUTH => new MlflowUnavailableException(
                $"{Name} cannot be opened by this user",
                failure,
                "Look at the rights on the file and on its folder"
            ),
            SQLitePCL.raw.SQLITE_FULL => new MlflowUnavailableException($"{Name} cannot grow: the disk is full", failure),
            _ => new MlflowUnavailableException($"{Name} could not be read or written", failure),
        };

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // What is not there any more is left alone when work is done later; so only that may be called not found.
    private HallmarkException ExplainConstraint(SqliteException failure) =>
        failure.SqliteExtendedErrorCode switch
        {
            SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY => new MlflowNotFoundException(
                $"{Name} refused the change: what it belongs to is not there",
                failure
            ),
            SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE or SQLitePCL.raw.SQLITE_CONSTRAINT_PRIMARYKEY or SQLitePCL.raw.SQLITE_CONSTRAINT_ROWID =>
                new MlflowConflictException(
                    $"{Name} refused the change: it has another row of that name already",
                    failure,
                    "MLflow's own tables let this row in: somebody added a rule to them"
                ),
            SQLitePCL.raw.SQLITE_CONSTRAINT_NOTNULL or SQLitePCL.raw.SQLITE_CONSTRAINT_CHECK => new MlflowFormatException(
                $"{Name} refused the change: a column does not take the value that MLflow gives it, or asks for one that MLflow does not give",
                failure,
                "Known are the schemas of MLflow 2.14 to 3.10"
            ),
            _ => new MlflowUnavailableException(
                $"{Name} refused the change, by a trigger or another rule of its own",
                failure,
                "Somebody added it to MLflow's tables; take it away, or ask whose it is"
            ),
        };

    private const int SqliteLimitLength = 0; // SQLITE_LIMIT_LENGTH of sqlite3.h

    [GeneratedRegex(
        @"^(?:VAR)?CHAR\((?<bound>[0-9]{1,9})\)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex Bounded();

    private static async Task ExecuteAsync(SqliteConnection connection, string pragma, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
#pragma warning disable CA2100 // a literal of this file
            command.CommandText = pragma;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
