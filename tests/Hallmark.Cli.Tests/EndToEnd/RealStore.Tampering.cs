using Hallmark.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>What somebody with access to MLflow's files or tables could do, past MLflow and past us. Each returns what undoes it.</summary>
internal sealed partial class RealStore
{
    private const string Registered = "iris-classifier";

    public Action ChangeParam(string runId, string key, string value) =>
        IsFile
            ? ChangeText(InRun(runId, "params", key), _ => value)
            : ChangeCell("params", "value", "run_uuid = @0 AND key = @1", value, runId, key);

    /// <summary>Changes the newest value of a metric.</summary>
    public Action ChangeMetric(string runId, string key) =>
        IsFile
            ? ChangeText(
                InRun(runId, "metrics", key),
                text =>
                {
                    var lines = text.TrimEnd('\n').Split('\n');
                    var parts = lines[^1].Split(' ');
                    parts[1] = "0.999";
                    lines[^1] = string.Join(' ', parts);
                    return string.Join('\n', lines) + "\n";
                }
            )
            : ChangeCell("latest_metrics", "value", "run_uuid = @0 AND key = @1", 0.999, runId, key);

    /// <summary>Adds a point at a lower step than any other: what MLflow shows of the run stays the same.</summary>
    public Action AddEarlyPoint(string runId, string key)
    {
        if (IsFile)
        {
            return ChangeText(InRun(runId, "metrics", key), text => text + "1795229999999 0.25 -7\n");
        }

        Execute(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (@1, 0.25, 1795229999999, @0, -7, 0)",
            runId,
            key
        );
        return () => Execute("DELETE FROM metrics WHERE run_uuid = @0 AND key = @1 AND step = -7", runId, key);
    }

    public Action SetRunTag(string runId, string key, string value)
    {
        if (IsFile)
        {
            var file = InRun(runId, "tags", key);
            if (File.Exists(file))
            {
                return ChangeText(file, _ => value);
            }

            File.WriteAllText(file, value);
            return () => File.Delete(file);
        }

        if (Scalar("SELECT value FROM tags WHERE run_uuid = @0 AND key = @1", runId, key) is not null)
        {
            return ChangeCell("tags", "value", "run_uuid = @0 AND key = @1", value, runId, key);
        }

        Execute("INSERT INTO tags (run_uuid, key, value) VALUES (@0, @1, @2)", runId, key, value);
        return () => Execute("DELETE FROM tags WHERE run_uuid = @0 AND key = @1", runId, key);
    }

    public Action ChangeDatasetDigest(string digest, string value)
    {
        if (!IsFile)
        {
            return ChangeCell(
                "datasets",
                "digest",
                "dataset_uuid = @0",
                value,
                Scalar("SELECT dataset_uuid FROM datasets WHERE digest = @0", digest)!
            );
        }

        var file = Directory
            .EnumerateFiles(Folder, "meta.yaml", SearchOption.AllDirectories)
            .Single(path =>
                path.Contains("/datasets/", StringComparison.Ordinal)
                && File.ReadAllText(path).Contains("digest: " + digest, StringComparison.Ordinal)
            );
        return ChangeText(file, text => text.Replace("digest: " + digest, "digest: " + value, StringComparison.Ordinal));
    }

    public Action SetStage(string version, string stage) =>
        IsFile
            ? ChangeText(
                Path.Combine(Folder, "models", Registered, "version-" + version, "meta.yaml"),
                text =>
                    string.Join(
                        '\n',
                        text.Split('\n')
                            .Select(line => line.StartsWith("current_stage:", StringComparison.Ordinal) ? "current_stage: " + stage : line)
                    )
            )
            : ChangeCell("model_versions", "current_stage", "name = @0 AND version = @1", stage, Registered, version);

    public Action PointAlias(string alias, string version) =>
        IsFile
            ? ChangeText(Path.Combine(Folder, "models", Registered, "aliases", alias), _ => version)
            : ChangeCell("registered_model_aliases", "version", "name = @0 AND alias = @1", version, Registered, alias);

    public Action RedirectSource(string version, string source) =>
        IsFile
            ? ChangeText(
                Path.Combine(Folder, "models", Registered, "version-" + version, "meta.yaml"),
                text =>
                    string.Join(
                        '\n',
                        text.Split('\n').Select(line => line.StartsWith("source:", StringComparison.Ordinal) ? "source: " + source : line)
                    )
            )
            : ChangeCell("model_versions", "source", "name = @0 AND version = @1", source, Registered, version);

    /// <summary>Changes one byte of an event's envelope in the ledger's database.</summary>
    public Action ChangeLedgerEntry(string eventType)
    {
        var database = Path.Combine(Shell.Home, "ledger", "ledger.db");
        const string Newest = "SELECT MAX(idx) FROM entry WHERE event_type = @0";
        var index = ScalarIn(database, Newest, eventType);
        var original = (byte[])ScalarIn(database, "SELECT envelope FROM entry WHERE idx = @0", index!)!;
        var changed = (byte[])original.Clone();
        changed[changed.Length / 2] ^= 1;
        ExecuteIn(database, "UPDATE entry SET envelope = @0 WHERE idx = @1", changed, index!);
        return () => ExecuteIn(database, "UPDATE entry SET envelope = @0 WHERE idx = @1", original, index!);
    }

    /// <summary>Flips the lowest bit of a file's middle byte.</summary>
    public static Action FlipBit(string file)
    {
        var original = File.ReadAllBytes(file);
        var changed = (byte[])original.Clone();
        changed[changed.Length / 2] ^= 1;
        File.WriteAllBytes(file, changed);
        return () => File.WriteAllBytes(file, original);
    }

    public static Action AddFile(string file)
    {
        File.WriteAllText(file, "unexpected");
        return () => File.Delete(file);
    }

    public static Action Rename(string file, string to)
    {
        File.Move(file, to);
        return () => File.Move(to, file);
    }

    private static Action ChangeText(string file, Func<string, string> change)
    {
        var original = File.ReadAllText(file);
        var changed = change(original);
        Assert.NotEqual(original, changed);
        File.WriteAllText(file, changed);
        return () => File.WriteAllText(file, original);
    }

    private string InRun(string runId, string kind, string key) => Path.Combine(Path.GetDirectoryName(ArtifactsOf(runId))!, kind, key);

    private Action ChangeCell(string table, string column, string where, object value, params object[] key)
    {
        var original =
            Scalar($"SELECT {column} FROM {table} WHERE {where}", key) ?? throw new InvalidOperationException($"no row of {table}");
        Assert.NotEqual(original, value);
        var update = $"UPDATE {table} SET {column} = @{key.Length} WHERE {where}";
        Execute(update, [.. key, value]);
        return () => Execute(update, [.. key, original]);
    }

    private object? Scalar(string sql, params object[] parameters) => ScalarIn(DatabasePath, sql, parameters);

    private void Execute(string sql, params object[] parameters) => ExecuteIn(DatabasePath, sql, parameters);

    private static object? ScalarIn(string database, string sql, params object[] parameters)
    {
        using var connection = SqliteDatabase.Open(database, SqliteOpenMode.ReadOnly, TimeSpan.FromSeconds(20));
        using var command = Command(connection, sql, parameters);
        return command.ExecuteScalar();
    }

    private static void ExecuteIn(string database, string sql, params object[] parameters)
    {
        using var connection = SqliteDatabase.Open(database, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(20));
        using var command = Command(connection, sql, parameters);
        Assert.True(command.ExecuteNonQuery() == 1, "not one row was changed: " + sql);
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, object[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own statements; values are parameters
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue("@" + i.ToString(System.Globalization.CultureInfo.InvariantCulture), parameters[i]);
        }

        return command;
    }
}
