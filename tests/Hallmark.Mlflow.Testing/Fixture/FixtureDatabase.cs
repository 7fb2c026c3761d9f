using Hallmark.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>The SQLite database that a real MLflow filled; each call has a connection of its own, as MLflow's sessions do.</summary>
internal sealed class FixtureDatabase(string path)
{
    public List<FixtureRow> Query(string sql, params object?[] parameters)
    {
        using var connection = Open();
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<FixtureRow>();
        while (reader.Read())
        {
            var values = new Dictionary<string, object?>(StringComparer.Ordinal);
            for (var i = 0; i < reader.FieldCount; i++)
            {
                values[reader.GetName(i)] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(new FixtureRow(values));
        }

        return rows;
    }

    public int Execute(string sql, params object?[] parameters)
    {
        using var connection = Open();
        using var command = Command(connection, sql, parameters);
        return command.ExecuteNonQuery();
    }

    public bool HasTable(string name) => Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name = @0", name).Count > 0;

    private SqliteConnection Open()
    {
        var connection = SqliteDatabase.Open(path, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(20));
        using var pragma = Command(connection, "PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF; PRAGMA case_sensitive_like = true");
        pragma.ExecuteNonQuery();
        return connection;
    }

#pragma warning disable CA2100 // the statements are this project's own; values are parameters
    private static SqliteCommand Command(SqliteConnection connection, string sql, params object?[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue(
                "@" + i.ToString(System.Globalization.CultureInfo.InvariantCulture),
                parameters[i] ?? DBNull.Value
            );
        }

        return command;
    }
#pragma warning restore CA2100
}
