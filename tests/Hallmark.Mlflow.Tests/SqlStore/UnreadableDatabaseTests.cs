using System.Net;
using System.Net.Sockets;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>Databases that cannot be read: one clear line, the right exit code, and nothing written.</summary>
public sealed class UnreadableDatabaseTests
{
    [Fact]
    public async Task A_missing_file_is_said_and_not_made()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "mlflow.db");

        await RefusedAsync<MlflowNotFoundException>(path, 2, path);

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_folder_is_no_database()
    {
        using var folder = new TemporaryFolder();

        await RefusedAsync<MlflowFormatException>(folder.Path, 2, "folder");
    }

    [Theory]
    [InlineData("This is a text and not a database, of a good length: longer than a SQLite header, which has a hundred bytes to fill.")]
    [InlineData(
        "SQLite format 3\0 and then nothing that SQLite could make sense of, although the first sixteen bytes are right, for long."
    )]
    public async Task A_file_that_is_not_SQLite_is_said(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("mlflow.db");
        await File.WriteAllTextAsync(path, content);

        await RefusedAsync<MlflowFormatException>(path, 2, path);

        Assert.Equal(content, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task An_empty_file_holds_no_MLflow_tables_and_stays_empty()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("mlflow.db");
        await File.WriteAllBytesAsync(path, []);

        await RefusedAsync<MlflowFormatException>(path, 2, "no MLflow tables");
        Assert.Equal(0, new FileInfo(path).Length);
    }

    [Fact]
    public async Task Another_programs_database_holds_no_MLflow_tables()
    {
        using var fixture = new SqliteFixture("2.14");
        foreach (var table in new[] { "experiments", "runs", "tags", "params", "metrics", "latest_metrics" })
        {
            fixture.Execute($"PRAGMA foreign_keys = OFF; ALTER TABLE {table} RENAME TO other_{table}");
        }

        await RefusedAsync<MlflowFormatException>(fixture.DatabasePath, 2, "no MLflow tables");
    }

    [Theory]
    [InlineData("DROP TABLE latest_metrics", "latest_metrics")]
    [InlineData("ALTER TABLE runs RENAME COLUMN run_uuid TO run_id", "runs.run_uuid")]
    [InlineData("ALTER TABLE model_versions RENAME COLUMN current_stage TO stage", "model_versions.current_stage")]
    [InlineData("ALTER TABLE metrics RENAME TO m; CREATE VIEW metrics AS SELECT * FROM m", "metrics")]
    public async Task A_schema_that_is_not_MLflows_is_named(string change, string missing)
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(change);

        var failure = await RefusedAsync<MlflowFormatException>(fixture.DatabasePath, 2, "unknown schema");

        Assert.Contains(missing, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_database_is_out_of_reach_after_the_waiting_time()
    {
        using var fixture = new SqliteFixture("3.6");
        using var other = fixture.Connect();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();
        await using var store = fixture.OpenImpatient();

        var reading = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.ListExperimentsAsync(default));
        var writing = await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
            store.SetRunTagAsync(fixture.Run("tuned"), "k", "v", default)
        );

        Assert.Contains("locked by another program", reading.Message, StringComparison.Ordinal);
        Assert.Contains("locked by another program", writing.Message, StringComparison.Ordinal);
        Assert.Equal(3, writing.ExitCode);
    }

    [Fact]
    public async Task A_write_that_a_crash_cut_off_is_said_and_neither_read_as_done_nor_undone_by_a_reader()
    {
        using var fixture = new SqliteFixture("3.6");
        using var crashed = new TemporaryFolder();
        using (var other = fixture.Connect())
        {
            // A cache of one page makes SQLite write into the file before the commit, as it does in a large transaction.
            using var command = other.CreateCommand();
            command.CommandText =
                "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; UPDATE params SET value = 'half'; UPDATE tags SET value = 'half'; UPDATE spans SET content = 'half'; UPDATE runs SET name = 'half'";
            command.ExecuteNonQuery();
            File.Copy(fixture.DatabasePath, crashed.File("mlflow.db"));
            File.Copy(fixture.DatabasePath + "-journal", crashed.File("mlflow.db-journal"));
        }

        var path = Path.Combine(crashed.Path, "mlflow.db");
        var before = await File.ReadAllBytesAsync(path);
        await using var store = SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = "sqlite:///" + path });

        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync(fixture.Run("baseline"), default));

        Assert.Contains("in the middle of a write", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(path));
        await store.SetRunTagAsync(fixture.Run("baseline"), "k", "v", default); // a writer may undo it
        Assert.NotEqual("half", (await store.FindRunAsync(fixture.Run("baseline"), default))!.RunName);
    }

    [Theory]
    [InlineData("UPDATE latest_metrics SET value = 'much'", "value")]
    [InlineData("PRAGMA ignore_check_constraints = ON; UPDATE latest_metrics SET is_nan = 7", "is_nan")]
    [InlineData("UPDATE latest_metrics SET step = 'first'", "step")]
    [InlineData("UPDATE runs SET start_time = 'noon'", "start_time")]
    [InlineData("UPDATE params SET value = x'c328'", "value")]
    [InlineData("UPDATE params SET value = CAST(x'c328' AS TEXT)", "value")]
    [InlineData("UPDATE runs SET artifact_uri = x'00'", "artifact_uri")]
    public async Task A_value_of_the_wrong_kind_is_damage_and_not_zero(string change, string column)
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(change);
        await using var store = fixture.Open();

        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync(fixture.Run("baseline"), default));

        Assert.Contains($"column {column} ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_texts_that_differ_after_a_NUL_do_not_read_alike()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute($"UPDATE params SET value = CAST(x'6100' || x'62' AS TEXT) WHERE run_uuid = '{fixture.Run("baseline")}'");
        await using var store = fixture.Open();

        var run = await store.FindRunAsync(fixture.Run("baseline"), default);

        Assert.All(run!.Params.Values, value => Assert.Equal("a\0b", value));
    }

    [Fact]
    public async Task A_value_too_large_for_memory_is_refused_and_not_read()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute("UPDATE params SET value = CAST(zeroblob(100000000) AS TEXT) WHERE key = (SELECT key FROM params LIMIT 1)");
        await using var store = fixture.Open();

        var failure = await Assert.ThrowsAsync<MlflowFormatException>(async () =>
        {
            await foreach (var _ in store.ListRunsAsync("1", default)) { }
        });

        Assert.Contains("64 MiB", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_that_nobody_runs_is_out_of_reach()
    {
        using var port = new HeldPort();
        await using var store = SqlMlflowStore.Open(
            new MlflowStoreOptions { TrackingUri = $"postgresql://u:pw@127.0.0.1:{port.Number}/mlflow" }
        );

        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));

        Assert.Equal(3, failure.ExitCode);
        Assert.Contains($"127.0.0.1:{port.Number}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_that_takes_the_call_and_says_nothing_is_out_of_reach()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var store = SqlMlflowStore.Open(
            new MlflowStoreOptions { TrackingUri = $"postgresql://u:pw@127.0.0.1:{port}/mlflow?connect_timeout=1" }
        );

        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));

        Assert.Contains("does not answer", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<T> RefusedAsync<T>(string path, int exitCode, string says)
        where T : HallmarkException
    {
        await using var store = SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = "sqlite:///" + path });
        var failure = await Assert.ThrowsAsync<T>(() => store.FindRunAsync("0123456789abcdef0123456789abcdef", default));
        var writing = await Assert.ThrowsAsync<T>(() => store.SetRunTagAsync("0123456789abcdef0123456789abcdef", "k", "v", default));
        Assert.Equal(exitCode, failure.ExitCode);
        Assert.Equal(failure.Message, writing.Message);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }
}
