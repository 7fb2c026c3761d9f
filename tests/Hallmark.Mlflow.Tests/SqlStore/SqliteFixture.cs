using System.Text.Json;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Sqlite;
using Hallmark.Testing;
using Microsoft.Data.Sqlite;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>A copy of one of MLflow's own databases, to read and to write.</summary>
internal sealed class SqliteFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SqliteFixture(string version, string kind = "sqlite")
    {
        var source = ProjectFiles.TestData($"mlflow/{version}/{kind}");
        DatabasePath = _folder.File("mlflow.db");
        File.Copy(Path.Combine(source, "mlflow.db"), DatabasePath);
        File.SetAttributes(DatabasePath, FileAttributes.Normal);
        Ids = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(source, "ids.json"))).RootElement;
    }

    /// <summary>The versions of MLflow that wrote fixtures.</summary>
    public static TheoryData<string> Versions => ["2.14", "2.22", "3.6"];

    public TemporaryFolder Folder => _folder;

    public string DatabasePath { get; }

    /// <summary>The fixture's <c>ids.json</c>.</summary>
    public JsonElement Ids { get; }

    public string Uri => "sqlite:///" + DatabasePath;

    public string Run(string name) => Ids.GetProperty("runs").GetProperty(name).GetString()!;

    public string Trace(string name) => Ids.GetProperty("traces").GetProperty(name).GetString()!;

    public SqlMlflowStore Open() => SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = Uri });

    /// <summary>A store that waits only a second for locks.</summary>
    public SqlMlflowStore OpenImpatient() => SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = Uri }, TimeSpan.FromSeconds(1));

    /// <summary>A second connection, as another program would have one.</summary>
    public SqliteConnection Connect() => SqliteDatabase.Open(DatabasePath, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(20));

    public void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own text
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>All rows of a query, each as one text with its values' storage classes.</summary>
    public IReadOnlyList<string> Query(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own text
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(
                string.Join(
                    '|',
                    Enumerable
                        .Range(0, reader.FieldCount)
                        .Select(i => reader.IsDBNull(i) ? "NULL" : reader.GetValue(i).GetType().Name + ":" + reader.GetString(i))
                )
            );
        }

        return rows;
    }

    public void Dispose() => _folder.Dispose();
}
