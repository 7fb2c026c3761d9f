using Hallmark.Core.Failures;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>Databases that are damaged, of another shape, or refuse a change: what is said, and with which exit code.</summary>
public sealed class DamagedDatabaseTests
{
    [Fact]
    public async Task Pages_that_were_overwritten_are_damage_with_the_command_that_looks_closer()
    {
        using var fixture = new SqliteFixture("3.6");

        // The first page holds the schema and stays; what follows is no page of a tree any more.
        await using (var file = File.OpenWrite(fixture.DatabasePath))
        {
            var page = 4096;
            file.Position = page;
            await file.WriteAsync(Enumerable.Repeat((byte)0xa5, (int)Math.Min(file.Length - page, 400_000)).ToArray());
        }

        await using var store = fixture.Open();
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(async () =>
        {
            await store.ListExperimentsAsync(default);
            await store.FindRunAsync(fixture.Run("baseline"), default);
            await store.ListRegisteredModelsAsync(default);
        });
        Assert.Equal($"The SQLite database {fixture.DatabasePath} is damaged", failure.Message);
        Assert.Equal("Look closer with: sqlite3 <file> 'PRAGMA integrity_check'", Assert.Single(failure.Hints));
    }

    [Fact]
    public async Task A_database_in_UTF_16_is_none_of_MLflows()
    {
        using var fixture = new SqliteFixture("3.6");
        File.Delete(fixture.DatabasePath);
        await File.WriteAllBytesAsync(fixture.DatabasePath, []);
        fixture.Execute("PRAGMA encoding = 'UTF-16le'; CREATE TABLE runs (run_uuid TEXT)");
        await using var store = fixture.Open();
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListExperimentsAsync(default));
        Assert.Equal($"The SQLite database {fixture.DatabasePath} does not store UTF-8, as MLflow's databases do", failure.Message);
    }

    public static TheoryData<string, string> Missing =>
        new()
        {
            { "ALTER TABLE runs DROP COLUMN user_id", "the column runs.user_id is missing" },
            { "ALTER TABLE logged_models DROP COLUMN model_type", "the column logged_models.model_type is missing" },
            { "ALTER TABLE assessments RENAME COLUMN rationale TO reason", "the column assessments.rationale is missing" },
            { "ALTER TABLE trace_info RENAME COLUMN status TO state", "the column trace_info.status is missing" },
            { "ALTER TABLE model_version_tags RENAME COLUMN value TO val", "the column model_version_tags.value is missing" },
            { "DROP TABLE latest_metrics", "the table latest_metrics is missing" },
            { "DROP TABLE params", "the table params is missing" },
        };

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task What_is_missing_of_the_schema_is_named_before_anything_is_read_or_written(string change, string said)
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(change);
        await using var store = fixture.Open();
        foreach (
            var act in new Func<Task>[]
            {
                () => store.ListExperimentsAsync(default),
                () => store.SetRunTagAsync(fixture.Run("baseline"), "k", "v", default),
            }
        )
        {
            var failure = await Assert.ThrowsAsync<MlflowFormatException>(act);
            Assert.Equal($"The SQLite database {fixture.DatabasePath} has an unknown schema: {said}", failure.Message);
            Assert.Equal(
                "Known are the schemas of MLflow 2.14 to 3.10; bring an older one up with: mlflow db upgrade <uri>",
                Assert.Single(failure.Hints)
            );
        }

        Assert.Empty(fixture.Query($"SELECT * FROM tags WHERE run_uuid = '{fixture.Run("baseline")}' AND key = 'k'"));
    }

    [Fact]
    public async Task A_column_that_is_only_read_in_order_to_sort_is_missed_as_an_unknown_schema_too()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute("ALTER TABLE logged_models RENAME COLUMN creation_timestamp_ms TO created");
        await using var store = fixture.Open();
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListLoggedModelsAsync("1", default));
        Assert.Equal($"The SQLite database {fixture.DatabasePath} has an unknown schema", failure.Message);
    }

    [Fact]
    public async Task A_change_that_a_foreign_key_refuses_changes_nothing()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute("PRAGMA foreign_keys = OFF; DELETE FROM registered_models WHERE name = 'iris-classifier'");
        await using var store = fixture.Open();
        var before = WritingTests.Dump(fixture);
        var failure = await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetAliasAsync("iris-classifier", "new", "1", default));
        Assert.Equal($"The SQLite database {fixture.DatabasePath} refused the change: what it belongs to is not there", failure.Message);
        Assert.Equal(before, WritingTests.Dump(fixture));
    }

    /// <summary>Only what is missing is "not found": write-back leaves that alone for good, and must not leave alone what is there.</summary>
    [Theory]
    [InlineData("CREATE UNIQUE INDEX one ON tags (key)", typeof(MlflowConflictException), "another row of that name")]
    [InlineData(
        "ALTER TABLE tags ADD COLUMN more TEXT NOT NULL DEFAULT '' CHECK (key <> 'k')",
        typeof(MlflowFormatException),
        "a column does"
    )]
    [InlineData(
        "CREATE TRIGGER no BEFORE INSERT ON tags BEGIN UPDATE runs SET run_uuid = NULL; END",
        typeof(MlflowFormatException),
        "a column does"
    )]
    [InlineData(
        "CREATE TRIGGER no BEFORE INSERT ON tags BEGIN SELECT RAISE(ABORT, 'not today'); END",
        typeof(MlflowUnavailableException),
        "by a trigger"
    )]
    public async Task A_change_that_another_rule_refuses_is_not_taken_for_something_missing(string rule, Type expected, string why)
    {
        using var fixture = new SqliteFixture("3.6");
        if (rule.Contains("UNIQUE", StringComparison.Ordinal))
        {
            fixture.Execute(
                "DELETE FROM tags; INSERT INTO tags (key, value, run_uuid) SELECT 'k', '', max(run_uuid) FROM runs WHERE run_uuid <> '"
                    + fixture.Run("baseline")
                    + "'"
            );
        }

        fixture.Execute(rule);
        await using var store = fixture.Open();
        var before = WritingTests.Dump(fixture);
        var run = fixture.Run("baseline");
        var failure = await Assert.ThrowsAsync(expected, () => store.SetRunTagAsync(run, "k", "v", default));
        Assert.StartsWith($"The SQLite database {fixture.DatabasePath} refused the change", failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, WritingTests.Dump(fixture));
    }

    [Fact]
    public async Task A_trigger_that_fails_undoes_the_whole_change()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute("CREATE TRIGGER no BEFORE UPDATE ON registered_models BEGIN SELECT RAISE(ABORT, 'not today'); END");
        await using var store = fixture.Open();
        var before = WritingTests.Dump(fixture);
        await Assert.ThrowsAnyAsync<HallmarkException>(() =>
            store.CreateModelVersionAsync("iris-classifier", "s3://bucket/model", null, default)
        );
        await Assert.ThrowsAnyAsync<HallmarkException>(() =>
            store.TransitionStageAsync("iris-classifier", "1", "Production", archiveExisting: true, default)
        );
        Assert.Equal(before, WritingTests.Dump(fixture));
    }

    [Theory]
    [InlineData("sqlite:///")]
    [InlineData("sqlite:///:memory:")]
    [InlineData("sqlite:///file:/x?mode=memory")]
    public void A_database_in_no_file_is_refused(string uri)
    {
        var failure = Assert.Throws<BadInputException>(() => SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = uri }));
        Assert.Equal("The SQLite URI names no file", failure.Message);
    }

    [Theory]
    [InlineData("mysql://u:secret@h/d", "mysql")]
    [InlineData("mysql+pymysql://u:secret@h/d", "mysql")]
    [InlineData("mssql+pyodbc://u:secret@h/d", "mssql")]
    public void A_database_that_is_not_read_directly_is_named_with_the_way_round(string uri, string dialect)
    {
        var failure = Assert.Throws<BadInputException>(() => SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = uri }));
        Assert.Equal($"{dialect} databases are not read directly", failure.Message);
        Assert.Equal("Name an MLflow server in front of it: http://host:5000", Assert.Single(failure.Hints));
    }

    [Fact]
    public async Task A_tables_rows_are_read_as_they_were_before_a_change_that_is_not_committed_yet()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();
        var before = await store.FindRunAsync(fixture.Run("baseline"), default);
        using var other = fixture.Connect();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE; UPDATE runs SET name = 'not yet'";
        command.ExecuteNonQuery();
        Assert.Equal(before!.RunName, (await store.FindRunAsync(fixture.Run("baseline"), default))!.RunName);
        command.CommandText = "COMMIT";
        command.ExecuteNonQuery();
        Assert.Equal("not yet", (await store.FindRunAsync(fixture.Run("baseline"), default))!.RunName);
    }

    [Fact]
    public async Task Four_hundred_and_one_traces_come_in_three_batches_and_each_once()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 401)
            INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, execution_time_ms, status)
            SELECT 'tr-x' || printf('%04d', i), 2, 1000 + i / 2, 1, 'OK' FROM n
            """
        );
        await using var store = fixture.Open();
        var ids = new List<string>();
        await foreach (var trace in store.ListTracesAsync("2", default))
        {
            ids.Add(trace.TraceId);
        }

        var ours = ids.Where(id => id.StartsWith("tr-x", StringComparison.Ordinal)).ToList();
        Assert.Equal(401, ours.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(401, ours.Count);

        // Newest first; of one time by their ids.
        Assert.Equal(Enumerable.Range(1, 401).OrderByDescending(i => 1000 + (i / 2)).ThenBy(i => i).Select(i => $"tr-x{i:0000}"), ours);
    }
}
