using System.Data;
using System.Data.Common;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Npgsql;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>MLflow's tables in PostgreSQL.</summary>
internal sealed class PostgresMlflowDatabase : ISqlDatabase
{
    private readonly NpgsqlDataSource _source;
    private readonly int _lockTimeoutInMilliseconds;

    private PostgresMlflowDatabase(NpgsqlDataSource source, string name, TimeSpan lockTimeout)
    {
        _source = source;
        Name = name;
        _lockTimeoutInMilliseconds = Math.Max(1, (int)lockTimeout.TotalMilliseconds);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public string InsertionOrder => "ctid";

    /// <summary>Prepares to open the database that a URI names; connects with the first question.</summary>
    /// <exception cref="BadInputException">The URI names no database, or has a query member that we do not know.</exception>
    public static PostgresMlflowDatabase Of(SqlAlchemyUri uri, TimeSpan lockTimeout)
    {
        var settings = PostgresSettings.From(uri);
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ToString());
        builder.EnableTransportSecurity();
        return new PostgresMlflowDatabase(
            builder.Build(),
            $"The PostgreSQL database {settings.Database} at {settings.Host}:{settings.Port}",
            lockTimeout
        );
    }

    /// <inheritdoc />
    public async Task<DbConnection> OpenAsync(SqlAccess access, CancellationToken cancellationToken) =>
        await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async Task<DbTransaction> BeginAsync(DbConnection connection, SqlAccess access, CancellationToken cancellationToken)
    {
        var isolation = access is SqlAccess.Write ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead;
        var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken).ConfigureAwait(false);
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = transaction;
#pragma warning disable CA2100 // a literal and a number of ours
            command.CommandText =
                access is SqlAccess.Write
                    ? string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"SET LOCAL lock_timeout = {_lockTimeoutInMilliseconds}"
                    )
                    : "SET TRANSACTION READ ONLY";
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        return transaction;
    }

    /// <inheritdoc />
    public async Task<SqlSchema> ReadSchemaAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var schema = new SqlSchema();
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = """
                SELECT c.table_name::text, c.column_name::text, c.character_maximum_length::int
                FROM information_schema.columns AS c
                JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
                WHERE c.table_schema::name = ANY (current_schemas(false))
                """;
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var isUnbounded = await reader.IsDBNullAsync(2, cancellationToken).ConfigureAwait(false);
                    schema.Add(reader.GetString(0), reader.GetString(1), isUnbounded ? null : reader.GetInt32(2));
                }
            }
        }

        return schema;
    }

    /// <inheritdoc />
    public string ReadText(DbDataReader reader, int column) =>
        reader.GetFieldType(column) == typeof(string) ? reader.GetString(column) : throw new FormatException("something else");

    /// <inheritdoc />
    public bool IsWorthRetrying(DbException failure) =>
        failure.SqlState
            is PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected;

    /// <inheritdoc />
    public HallmarkException Explain(Exception failure) =>
        (failure as PostgresException)?.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => new MlflowUnavailableException(
                $"{Name} refuses this user or password",
                failure,
                "Both stand in the URI, else in PGUSER and PGPASSWORD or ~/.pgpass"
            ),
            PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction => new MlflowUnavailableException(
                $"{Name} does not let this user do that",
                failure,
                "Grant SELECT on MLflow's tables, and INSERT and UPDATE where proofs are written back"
            ),
            PostgresErrorCodes.InvalidCatalogName => new MlflowNotFoundException($"{Name} does not exist", failure),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => new MlflowFormatException(
                $"{Name} has an unknown schema",
                failure,
                "Known are the schemas of MLflow 2.14 to 3.10"
            ),
            PostgresErrorCodes.ForeignKeyViolation => new MlflowNotFoundException(
                $"{Name} refused the change: what it belongs to is not there",
                failure
            ),
            PostgresErrorCodes.StringDataRightTruncation => new BadInputException(
                $"{Name} refused the change: a text is longer than its column",
                failure
            ),
            PostgresErrorCodes.LockNotAvailable => new MlflowUnavailableException(
                $"{Name} is locked by another program, for more than {_lockTimeoutInMilliseconds / 1000} s",
                failure,
                "Try again when the other program is done"
            ),
            null => new MlflowUnavailableException(
                $"{Name} does not answer",
                failure,
                "Is the server running, and reachable from this machine?"
            ),
            var state => new MlflowUnavailableException($"{Name} refused, with SQLSTATE {state}", failure),
        };

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
