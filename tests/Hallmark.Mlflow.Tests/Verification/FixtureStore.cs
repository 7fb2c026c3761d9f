using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Sqlite;
using Hallmark.Testing;
using Microsoft.Data.Sqlite;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>A copy of a store that a real MLflow wrote, and ways to change it behind our back: in its files and tables, not through our own code.</summary>
internal sealed class FixtureStore : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;
    private readonly bool _isFile;

    public FixtureStore(string fixture)
    {
        Ids = new FixtureIds(fixture);
        _isFile = fixture.EndsWith("/file", StringComparison.Ordinal);
        _root = _folder.CopyOf(_isFile ? Path.Combine(Ids.Folder, "mlruns") : Ids.Folder);
    }

    /// <summary>Version and store of every fixture.</summary>
    public static TheoryData<string> All =>
        [
            "2.14/file",
            "2.14/sqlite",
            "2.14/sqlite-direct",
            "2.22/file",
            "2.22/sqlite",
            "2.22/sqlite-direct",
            "3.6/file",
            "3.6/sqlite",
            "3.6/sqlite-direct",
        ];

    public FixtureIds Ids { get; }

    public IMlflowStore Open() =>
        MlflowStores.Open(
            new MlflowStoreOptions
            {
                TrackingUri = _isFile ? _root : "sqlite:///" + Path.Combine(_root, "mlflow.db"),
                Relocations = _isFile
                    ? [Relocation.Parse("/srv/mlflow/mlruns=" + _root)]
                    : [Relocation.Parse("mlflow-artifacts:/=" + _root + "/artifacts"), Relocation.Parse("/srv/mlflow/direct=" + _root)],
            }
        );

    public void ChangeParam(string runId, string key, string value)
    {
        if (_isFile)
        {
            File.WriteAllText(InRun(runId, "params", key), value);
        }
        else
        {
            Execute("UPDATE params SET value = $value WHERE run_uuid = $run AND key = $key", runId, key, value);
        }
    }

    public void ChangeLatestMetric(string runId, string key)
    {
        if (_isFile)
        {
            var path = InRun(runId, "metrics", key);
            var lines = File.ReadAllLines(path);
            lines[^1] = Changed(lines[^1]);
            File.WriteAllLines(path, lines);
        }
        else
        {
            Execute("UPDATE latest_metrics SET value = value + 0.125 WHERE run_uuid = $run AND key = $key", runId, key, "");
        }

        static string Changed(string line)
        {
            var parts = line.Split(' ');
            parts[1] = "0.12512512";
            return string.Join(' ', parts);
        }
    }

    /// <summary>Adds a point long before the latest one: MLflow's summary of the run does not show it.</summary>
    public void AddEarlyPoint(string runId, string key)
    {
        if (_isFile)
        {
            var path = InRun(runId, "metrics", key);
            File.WriteAllLines(path, File.ReadAllLines(path).Prepend("1 0.5 -99"));
        }
        else
        {
            Execute(
                "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ($key, 0.5, 1, $run, -99, 0)",
                runId,
                key,
                ""
            );
        }
    }

    public void ChangeDatasetDigest(string digest, string value)
    {
        if (_isFile)
        {
            foreach (
                var meta in Directory
                    .EnumerateFiles(_root, "meta.yaml", SearchOption.AllDirectories)
                    .Where(path => path.Contains("/datasets/", StringComparison.Ordinal))
            )
            {
                File.WriteAllText(meta, File.ReadAllText(meta).Replace("digest: " + digest, "digest: " + value, StringComparison.Ordinal));
            }
        }
        else
        {
            Execute("UPDATE datasets SET digest = $value WHERE digest = $key", "", digest, value);
        }
    }

    /// <summary>Flips one bit of a file on the disk.</summary>
    public static void FlipBit(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    public void Dispose() => _folder.Dispose();

    private string InRun(string runId, string kind, string key) =>
        Path.Combine(Directory.EnumerateDirectories(_root, runId, SearchOption.AllDirectories).Single(), kind, key);

    private void Execute(string sql, string runId, string key, string value)
    {
        using var connection = SqliteDatabase.Open(Path.Combine(_root, "mlflow.db"), SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(20));
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$run", runId);
        command.Parameters.AddWithValue("$key", key);
        command.Parameters.AddWithValue("$value", value);
        Assert.True(command.ExecuteNonQuery() > 0, "nothing was changed: " + sql);
    }
}
