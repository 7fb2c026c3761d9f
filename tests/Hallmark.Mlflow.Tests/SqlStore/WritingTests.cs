using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Microsoft.Data.Sqlite;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>What we write into SQLite has the shape of what MLflow writes there itself.</summary>
public sealed class WritingTests
{
    public static TheoryData<string> Versions => SqliteFixture.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_tag_of_ours_is_a_row_like_MLflows_own(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        var run = fixture.Run("baseline");
        var own = fixture.Query($"SELECT * FROM tags WHERE run_uuid = '{run}' AND key = 'mlflow.user'");
        var others = fixture.Query("SELECT * FROM tags ORDER BY 1, 3");

        await store.SetRunTagAsync(run, "ario.tx/id", "Größe\n\"x\" – 🙂", default);
        await store.SetRunTagAsync(run, "ario.empty", "", default);

        var added = fixture.Query("SELECT * FROM tags ORDER BY 1, 3").Except(others).ToList();
        Assert.Equal(
            [
                own[0]
                    .Replace("mlflow.user", "ario.empty", StringComparison.Ordinal)
                    .Replace("String:mlflow|", "String:|", StringComparison.Ordinal),
                own[0]
                    .Replace("mlflow.user", "ario.tx/id", StringComparison.Ordinal)
                    .Replace("String:mlflow|", "String:Größe\n\"x\" – 🙂|", StringComparison.Ordinal),
            ],
            added
        );
        Assert.Equal("Größe\n\"x\" – 🙂", (await store.FindRunAsync(run, default))!.Tags["ario.tx/id"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Setting_a_tag_again_replaces_its_value_and_touches_nothing_else(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        await store.SetRunTagAsync(fixture.Run("baseline"), "k", "one", default);
        await store.SetModelVersionTagAsync("iris-classifier", "2", "k", "one", default);
        await store.SetRegisteredModelTagAsync("iris-classifier", "k", "one", default);
        await store.SetTraceTagAsync(fixture.Trace("classify"), "k", "one", default);
        var before = Dump(fixture);

        await store.SetRunTagAsync(fixture.Run("baseline"), "k", "two", default);
        await store.SetModelVersionTagAsync("iris-classifier", "2", "k", "two", default);
        await store.SetRegisteredModelTagAsync("iris-classifier", "k", "two", default);
        await store.SetTraceTagAsync(fixture.Trace("classify"), "k", "two", default);

        Assert.Equal(before.Select(row => row.Replace("|String:one|", "|String:two|", StringComparison.Ordinal)), Dump(fixture));
        Assert.Equal("two", (await store.FindModelVersionAsync("iris-classifier", "2", default))!.Tags["k"]);
        Assert.Equal("two", (await store.FindRegisteredModelAsync("iris-classifier", default))!.Tags["k"]);
        Assert.Equal("two", (await store.FindTraceAsync(fixture.Trace("classify"), default))!.Tags["k"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_run_name_and_its_tag_stay_one_thing(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();

        await store.SetRunTagAsync(fixture.Run("baseline"), "mlflow.runName", "renamed", default);

        Assert.Equal("renamed", (await store.FindRunAsync(fixture.Run("baseline"), default))!.RunName);
        await Assert.ThrowsAsync<BadInputException>(() =>
            store.SetRunTagAsync(fixture.Run("baseline"), "mlflow.runName", new string('x', 251), default)
        );
        Assert.Equal("renamed", (await store.FindRunAsync(fixture.Run("baseline"), default))!.Tags["mlflow.runName"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_version_of_ours_is_a_row_like_MLflows_own(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        const string Shape = "SELECT * FROM model_versions WHERE name = 'iris-classifier' AND version = ";
        var template = fixture.Query(Shape + "2")[0].Split('|');
        var source = fixture.Ids.GetProperty("versions").GetProperty("2").GetProperty("source").GetString()!;

        var made = await store.CreateModelVersionAsync("iris-classifier", source, fixture.Run("tuned"), default);

        Assert.Equal("3", made.Version);
        Assert.Equal("None", made.CurrentStage);
        Assert.Equal("READY", made.Status);
        Assert.Equal(source, made.Source);
        Assert.Equal(fixture.Run("tuned"), made.RunId);
        var row = fixture.Query(Shape + "3")[0].Split('|');
        Assert.Equal(template.Length, row.Length);
        foreach (var (theirs, ours, column) in template.Zip(row, Enumerable.Range(0, row.Length)))
        {
            // Its number, two times and the stage differ; all the rest is as MLflow wrote it for the same source.
            if (column is not (1 or 2 or 3 or 6))
            {
                Assert.Equal(theirs, ours);
            }
        }

        Assert.Equal(row[2], row[3]);
        Assert.Equal(row[2], fixture.Query("SELECT last_updated_time FROM registered_models WHERE name = 'iris-classifier'")[0]);
    }

    [Fact]
    public async Task A_version_of_a_logged_model_takes_its_run_and_its_place_from_it()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();
        var model = fixture.Ids.GetProperty("logged_models").GetProperty("tuned");

        var made = await store.CreateModelVersionAsync("iris-direct", model.GetProperty("model_uri").GetString()!, null, default);

        Assert.Equal(fixture.Run("tuned"), made.RunId);
        Assert.Equal(
            "String:" + model.GetProperty("artifact_path").GetString(),
            fixture.Query("SELECT storage_location FROM model_versions WHERE name = 'iris-direct' AND version = 2")[0]
        );
        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.CreateModelVersionAsync("iris-direct", "models:/m-0123", null, default)
        );
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_deleted_versions_number_is_never_given_again(string version)
    {
        using var fixture = new SqliteFixture(version);
        fixture.Execute(
            "UPDATE model_versions SET current_stage = 'Deleted_Internal', source = 'REDACTED-SOURCE-PATH' WHERE name = 'iris-classifier' AND version = 2"
        );
        await using var store = fixture.Open();

        Assert.Equal("3", (await store.CreateModelVersionAsync("iris-classifier", "s3://b/m", null, default)).Version);
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetModelVersionTagAsync("iris-classifier", "2", "k", "v", default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetAliasAsync("iris-classifier", "a", "2", default));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_new_registered_model_is_a_row_like_MLflows_own(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();

        var model = await store.CreateRegisteredModelAsync("größe 2", default);

        Assert.Equal("größe 2", model.Name);
        Assert.Equal(Types(fixture, "iris-direct"), Types(fixture, "größe 2"));
        await Assert.ThrowsAsync<MlflowConflictException>(() => store.CreateRegisteredModelAsync("größe 2", default));
        Assert.Equal("1", (await store.CreateModelVersionAsync("größe 2", "s3://bucket/model", null, default)).Version);

        static IEnumerable<string> Types(SqliteFixture fixture, string name) =>
            fixture.Query($"SELECT * FROM registered_models WHERE name = '{name}'")[0].Split('|').Select(value => value.Split(':')[0]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_stage_change_archives_the_others_only_when_asked(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();

        Assert.Equal(
            "Production",
            (await store.TransitionStageAsync("iris-classifier", "1", "production", archiveExisting: false, default)).CurrentStage
        );
        Assert.Equal("Production", (await store.FindModelVersionAsync("iris-classifier", "2", default))!.CurrentStage);
        await store.TransitionStageAsync("iris-classifier", "1", "PRODUCTION", archiveExisting: true, default);
        Assert.Equal("Archived", (await store.FindModelVersionAsync("iris-classifier", "2", default))!.CurrentStage);
        Assert.Equal("Production", (await store.FindModelVersionAsync("iris-classifier", "1", default))!.CurrentStage);

        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.TransitionStageAsync("iris-classifier", "1", "Archived", archiveExisting: true, default)
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.TransitionStageAsync("iris-classifier", "1", "Prime", archiveExisting: false, default)
        );
        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.TransitionStageAsync("iris-classifier", "9", "Staging", archiveExisting: false, default)
        );
        Assert.Single(
            fixture.Query(
                "SELECT DISTINCT last_updated_time FROM model_versions WHERE name = 'iris-classifier' UNION SELECT last_updated_time FROM registered_models WHERE name = 'iris-classifier'"
            )
        );
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_alias_moves_and_goes(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();

        await store.SetAliasAsync("iris-classifier", "champion", "1", default);
        Assert.Equal(["challenger", "champion"], (await store.FindModelVersionAsync("iris-classifier", "1", default))!.Aliases);
        Assert.Empty((await store.FindModelVersionAsync("iris-classifier", "2", default))!.Aliases);
        await store.DeleteAliasAsync("iris-classifier", "champion", default);
        await store.DeleteAliasAsync("iris-classifier", "champion", default);
        Assert.Equal(["challenger"], (await store.FindRegisteredModelAsync("iris-classifier", default))!.Aliases.Keys);
    }

    [Fact]
    public async Task Another_programs_short_lock_is_waited_for()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();
        Task write;
        using (var other = fixture.Connect())
        {
            Run(other, "BEGIN IMMEDIATE");
            Run(other, $"INSERT INTO tags (key, value, run_uuid) VALUES ('theirs', '1', '{fixture.Run("tuned")}')");
            write = Task.Run(() => store.SetRunTagAsync(fixture.Run("tuned"), "ours", "1", default));
            Assert.NotSame(write, await Task.WhenAny(write, Task.Delay(TimeSpan.FromMilliseconds(300))));
            Run(other, "COMMIT");
        }

        await write;
        var tags = (await store.FindRunAsync(fixture.Run("tuned"), default))!.Tags;
        Assert.Equal("1", tags["theirs"]);
        Assert.Equal("1", tags["ours"]);
    }

    [Fact]
    public async Task Versions_made_at_once_get_numbers_of_their_own()
    {
        using var fixture = new SqliteFixture("3.6");
        var made = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    Task.Run(async () =>
                    {
                        await using var store = fixture.Open();
                        return (
                            await store.CreateModelVersionAsync(
                                "iris-classifier",
                                "s3://b/" + i.ToString(CultureInfo.InvariantCulture),
                                null,
                                default
                            )
                        ).Version;
                    })
                )
        );

        Assert.Equal(
            Enumerable.Range(3, 8).Select(i => i.ToString(CultureInfo.InvariantCulture)),
            made.OrderBy(text => int.Parse(text, CultureInfo.InvariantCulture))
        );
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task After_all_writes_the_database_is_whole_and_its_schema_MLflows(string version)
    {
        using var fixture = new SqliteFixture(version);
        var schema = fixture.Query("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2");
        await using (var store = fixture.Open())
        {
            await store.SetRunTagAsync(fixture.Run("baseline"), "k", "v", default);
            await store.SetTraceTagAsync(fixture.Trace("classify"), "k", "v", default);
            await store.CreateRegisteredModelAsync("new", default);
            await store.CreateModelVersionAsync("new", "s3://b/m", null, default);
            await store.SetModelVersionTagAsync("new", "1", "k", "v", default);
            await store.SetAliasAsync("new", "best", "1", default);
            await store.TransitionStageAsync("new", "1", "Staging", archiveExisting: true, default);
        }

        Assert.Equal(schema, fixture.Query("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"));
        Assert.Empty(fixture.Query("PRAGMA foreign_key_check"));
        Assert.Equal(["String:ok"], fixture.Query("PRAGMA integrity_check"));
        Assert.Equal(["String:delete"], fixture.Query("PRAGMA journal_mode"));
        Assert.Equal([fixture.DatabasePath], Directory.GetFileSystemEntries(fixture.Folder.Path));
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own text
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    internal static List<string> Dump(SqliteFixture fixture) =>
        [
            .. new[]
            {
                "runs",
                "tags",
                "trace_tags",
                "registered_models",
                "registered_model_tags",
                "registered_model_aliases",
                "model_versions",
                "model_version_tags",
            }.SelectMany(table =>
                fixture.Query($"SELECT * FROM {table}").Select(row => table + "|" + row + "|").Order(StringComparer.Ordinal)
            ),
        ];
}
