using System.Globalization;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Sqlite;
using Hallmark.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>
/// A PostgreSQL server with MLflow's databases in it: tables, keys and rows of the SQLite fixtures, with the types that MLflow's tables have on PostgreSQL.
/// Started with the first database asked for.
/// </summary>
public sealed class PostgresFixture : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _templates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);
    private PostgresServer? _server;
    private int _databases;

    /// <summary>A database of the caller's own with a fixture's content; its URI.</summary>
    /// <param name="version">The fixture's version of MLflow.</param>
    /// <param name="kind"><c>sqlite</c> or <c>sqlite-direct</c>.</param>
    public string CopyOf(string version, string kind = "sqlite")
    {
        lock (_gate)
        {
            _server ??= PostgresServer.Start();
            var template = $"template {version} {kind}";
            if (!_templates.Contains(template))
            {
                Execute("postgres", $"CREATE DATABASE \"{template}\"");
                Load(template, Path.Combine(ProjectFiles.TestData($"mlflow/{version}/{kind}"), "mlflow.db"));
                _templates.Add(template);
            }

            var database = "mlflow_" + (++_databases).ToString(CultureInfo.InvariantCulture);
            Execute("postgres", $"CREATE DATABASE {database} TEMPLATE \"{template}\"");
            return UriOf(database);
        }
    }

    /// <summary>A database with a fixture's content that nobody changes; its URI.</summary>
    public string Shared(string version, string kind)
    {
        lock (_gate)
        {
            return _shared.TryGetValue(version + kind, out var uri) ? uri : _shared[version + kind] = CopyOf(version, kind);
        }
    }

    /// <summary>The URI of a database on the server, as MLflow's users write it.</summary>
    public string UriOf(string database) =>
        $"postgresql+psycopg2://{PostgresServer.User}:{Uri.EscapeDataString(PostgresServer.Password)}@127.0.0.1:{Server.Port}/{database}";

    /// <summary>A connection as another program would have one.</summary>
    public NpgsqlConnection Connect(string database)
    {
        var settings = PostgresSettings.From(SqlAlchemyUri.Parse(UriOf(database)));
        settings.Pooling = false;
        (settings.Timeout, settings.CommandTimeout) = (600, 600);
        var connection = new NpgsqlConnection(settings.ToString());
        connection.Open();
        return connection;
    }

    public void Dispose() => _server?.Dispose();

    private PostgresServer Server => _server ?? throw new InvalidOperationException("ask for a database first");

    internal static void Execute(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // the test's own text
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    internal void Execute(string database, string sql)
    {
        using var connection = Connect(database);
        Execute(connection, sql);
    }

    private static string TypeOf(string sqliteType) =>
        sqliteType.ToUpperInvariant() switch
        {
            "FLOAT" => "double precision",
            "JSON" => "json",
            var same => same, // VARCHAR(n), TEXT, INTEGER, BIGINT and BOOLEAN are PostgreSQL's too
        };

    private void Load(string database, string sqlitePath)
    {
        using var source = SqliteDatabase.Open(sqlitePath, SqliteOpenMode.ReadOnly, TimeSpan.FromMinutes(2));
        using var target = Connect(database);
        var tables = Rows(source, "SELECT name FROM sqlite_master WHERE type = 'table'").Select(row => (string)row[0]!).ToList();
        foreach (var table in tables)
        {
            // table_info leaves generated columns out: they are made anew.
            var columns = Rows(source, $"SELECT name, type, \"notnull\", pk, dflt_value FROM pragma_table_info('{table}')");
            var definitions = columns
                .Select(c =>
                    $"\"{c[0]}\" {TypeOf((string)c[1]!)}{((long)c[2]! == 1 ? " NOT NULL" : "")}{(c[4] is null ? "" : " DEFAULT " + c[4])}"
                )
                .ToList();
            var key = columns.Where(c => (long)c[3]! > 0).OrderBy(c => (long)c[3]!).Select(c => $"\"{c[0]}\"").ToList();
            if (key.Count > 0)
            {
                definitions.Add($"PRIMARY KEY ({string.Join(", ", key)})");
            }

            Execute(target, $"CREATE TABLE \"{table}\" ({string.Join(", ", definitions)})");
            var names = string.Join(", ", columns.Select(c => $"\"{c[0]}\""));
            foreach (var row in Rows(source, $"SELECT {names} FROM \"{table}\" ORDER BY rowid"))
            {
#pragma warning disable CA2100 // names from our own fixture
                using var insert = new NpgsqlCommand(
                    $"INSERT INTO \"{table}\" ({names}) VALUES ({string.Join(", ", columns.Select((c, i) => $"@p{i}{(TypeOf((string)c[1]!) is "json" ? "::json" : "")}"))})",
                    target
                );
#pragma warning restore CA2100
                for (var i = 0; i < row.Length; i++)
                {
                    insert.Parameters.AddWithValue(
                        "p" + i.ToString(CultureInfo.InvariantCulture),
                        (columns[i][1], row[i]) switch
                        {
                            (_, null) => DBNull.Value,
                            ("BOOLEAN", var flag) => (long)flag == 1,
                            (_, var value) => value,
                        }
                    );
                }

                insert.ExecuteNonQuery();
            }
        }

        foreach (var table in tables)
        {
            foreach (
                var key in Rows(
                    source,
                    $"SELECT id, \"table\", group_concat('\"' || \"from\" || '\"'), group_concat('\"' || \"to\" || '\"'), on_update, on_delete FROM pragma_foreign_key_list('{table}') GROUP BY id"
                )
            )
            {
                Execute(
                    target,
                    $"ALTER TABLE \"{table}\" ADD FOREIGN KEY ({key[2]}) REFERENCES \"{key[1]}\" ({key[3]}) ON UPDATE {key[4]} ON DELETE {key[5]}"
                );
            }
        }
    }

    private static List<object?[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own text
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }

        return rows;
    }
}
