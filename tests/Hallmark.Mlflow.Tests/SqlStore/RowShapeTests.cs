using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>
/// Our rows beside those that a real MLflow wrote into the same tables, column by column: the same storage classes, the same nulls, and nothing touched that MLflow does not touch.
/// </summary>
public sealed class RowShapeTests
{
    private const string Classifier = "iris-classifier";

    public static TheoryData<string> Versions => SqliteFixture.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_models_tag_is_a_row_like_MLflows_own(string version) =>
        await SameShapeAsync(
            version,
            "registered_model_tags",
            "SELECT * FROM registered_model_tags WHERE name = 'iris-classifier' ORDER BY rowid",
            store => store.SetRegisteredModelTagAsync(Classifier, "ours", "value", default)
        );

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_versions_tag_is_a_row_like_MLflows_own(string version) =>
        await SameShapeAsync(
            version,
            "model_version_tags",
            "SELECT * FROM model_version_tags WHERE name = 'iris-classifier' ORDER BY rowid",
            store => store.SetModelVersionTagAsync(Classifier, "2", "ours", "value", default)
        );

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_traces_tag_is_a_row_like_MLflows_own(string version)
    {
        using var fixture = new SqliteFixture(version);
        var trace = fixture.Trace("classify");
        await SameShapeAsync(
            version,
            "trace_tags",
            $"SELECT * FROM trace_tags WHERE request_id = '{trace}' ORDER BY rowid",
            store => store.SetTraceTagAsync(trace, "ours", "value", default)
        );
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_alias_is_a_row_like_MLflows_own(string version) =>
        await SameShapeAsync(
            version,
            "registered_model_aliases",
            "SELECT * FROM registered_model_aliases WHERE name = 'iris-classifier' ORDER BY rowid",
            store => store.SetAliasAsync(Classifier, "ours", "2", default)
        );

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_alias_that_moves_stays_one_row_with_another_number(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        const string Query = "SELECT alias, version, name FROM registered_model_aliases WHERE name = 'iris-classifier' ORDER BY alias";
        var before = fixture.Query(Query);
        Assert.Contains("String:champion|Int64:2|String:iris-classifier", before);
        await store.SetAliasAsync(Classifier, "champion", "1", default);
        Assert.Equal(
            before.Select(row => row.Replace("champion|Int64:2", "champion|Int64:1", StringComparison.Ordinal)),
            fixture.Query(Query)
        );
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Tags_and_aliases_date_neither_the_version_nor_the_model_as_in_MLflow(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        const string Times =
            "SELECT name, 0, last_updated_time FROM registered_models UNION ALL SELECT name, version, last_updated_time FROM model_versions ORDER BY 1, 2";
        var before = fixture.Query(Times);
        await store.SetRegisteredModelTagAsync(Classifier, "ours", "value", default);
        await store.SetModelVersionTagAsync(Classifier, "2", "ours", "value", default);
        await store.SetAliasAsync(Classifier, "ours", "2", default);
        await store.DeleteAliasAsync(Classifier, "ours", default);
        Assert.Equal(before, fixture.Query(Times));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_transition_changes_stage_and_times_of_those_that_move_and_nothing_else(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        const string Rows = "SELECT * FROM model_versions WHERE name = 'iris-classifier' ORDER BY version";
        var before = fixture.Query(Rows).Select(row => row.Split('|')).ToList();
        await store.TransitionStageAsync(Classifier, "1", "Production", archiveExisting: true, default);
        var after = fixture.Query(Rows).Select(row => row.Split('|')).ToList();
        foreach (var (was, now) in before.Zip(after))
        {
            var changed = Enumerable.Range(0, was.Length).Where(column => was[column] != now[column]).ToList();

            // name, version, creation_time, last_updated_time, description, user_id, current_stage, …
            Assert.Equal([3, 6], changed);
        }

        Assert.Equal(["String:Production", "String:Archived"], after.Select(row => row[6]));
        Assert.Single(after.Select(row => row[3]).Distinct());
        Assert.All(after, row => Assert.StartsWith("Int64:", row[3], StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_version_without_a_run_has_what_MLflow_writes_for_one(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        await store.CreateModelVersionAsync(Classifier, "s3://bucket/model", null, default);
        Assert.Equal(
            ["NULL|String:None|String:s3://bucket/model|String:|String:READY|NULL|String:"],
            fixture.Query(
                "SELECT user_id, current_stage, source, run_id, status, status_message, run_link FROM model_versions WHERE name = 'iris-classifier' AND version = 3"
            )
        );
    }

    // One row more, and its columns have the storage classes of MLflow's own first row.
    private static async Task SameShapeAsync(string version, string table, string query, Func<IMlflowStore, Task> write)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        var all = fixture.Query($"SELECT COUNT(*) FROM {table}")[0];
        var before = fixture.Query(query);
        await write(store);
        var added = Assert.Single(fixture.Query(query).Except(before));
        Assert.Equal($"Int64:{int.Parse(all["Int64:".Length..], null) + 1}", fixture.Query($"SELECT COUNT(*) FROM {table}")[0]);
        Assert.Equal(Kinds(before[0]), Kinds(added));
        Assert.Contains("String:ours", added.Split('|'));
    }

    private static IEnumerable<string> Kinds(string row) => row.Split('|').Select(value => value.Split(':')[0]);
}
