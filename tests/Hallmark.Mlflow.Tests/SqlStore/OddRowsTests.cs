using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>
/// SQLite lets any column hold anything, and foreign keys bind only who asks for them. Rows that MLflow could not have written are damage with the column's name, never a zero, an empty
/// text or another's row.
/// </summary>
public sealed class OddRowsTests
{
    // What is asked, the change behind its back, the column, what should be there, what is.
    public static TheoryData<string, string, string, string, string> Damages =>
        new()
        {
            { "experiments", "UPDATE experiments SET name = x'00' WHERE experiment_id = 1", "name", "text", "something else" },
            { "experiments", "UPDATE experiments SET artifact_location = x'c328'", "artifact_location", "text", "something else" },
            { "experiments", "UPDATE experiment_tags SET value = CAST(x'ff' AS TEXT)", "value", "text", "bytes that are not UTF-8" },
            { "run", "UPDATE runs SET end_time = 1.5", "end_time", "a whole number", "a fraction" },
            { "run", "UPDATE runs SET end_time = x'01'", "end_time", "a whole number", "bytes" },
            { "run", "UPDATE runs SET experiment_id = NULL", "experiment_id", "a whole number", "nothing" },
            { "run", "UPDATE latest_metrics SET timestamp = 'noon'", "timestamp", "a whole number", "text" },
            { "run", "UPDATE latest_metrics SET value = x'01'", "value", "a number", "bytes" },
            { "run", "UPDATE latest_metrics SET is_nan = 'yes'", "is_nan", "0 or 1", "text" },
            { "run", "UPDATE latest_metrics SET is_nan = 2", "is_nan", "0 or 1", "another number" },
            { "run", "UPDATE latest_metrics SET is_nan = -1", "is_nan", "0 or 1", "another number" },
            { "run", "UPDATE latest_metrics SET is_nan = 0.5", "is_nan", "0 or 1", "a fraction" },
            { "run", "UPDATE datasets SET dataset_source = x'01'", "dataset_source", "text", "something else" },
            { "run", "UPDATE datasets SET dataset_schema = CAST(x'c0af' AS TEXT)", "dataset_schema", "text", "bytes that are not UTF-8" },
            { "run", "UPDATE input_tags SET value = x'01'", "value", "text", "something else" },
            { "run", "UPDATE inputs SET step = 'first'", "step", "a whole number", "text" },
            { "history", "UPDATE metrics SET step = 'first'", "step", "a whole number", "text" },
            { "history", "UPDATE metrics SET value = 'much'", "value", "a number", "text" },
            { "models", "UPDATE registered_models SET description = x'01'", "description", "text", "something else" },
            { "models", "UPDATE registered_model_tags SET value = x'01'", "value", "text", "something else" },
            { "models", "UPDATE registered_model_aliases SET version = 'one'", "version", "a whole number", "text" },
            { "version", "UPDATE model_versions SET creation_time = 'noon'", "creation_time", "a whole number", "text" },
            { "version", "UPDATE model_versions SET last_updated_time = 0.5", "last_updated_time", "a whole number", "a fraction" },
            { "version", "UPDATE model_versions SET source = x'01'", "source", "text", "something else" },
            { "version", "UPDATE model_versions SET current_stage = x'01'", "current_stage", "text", "something else" },
            { "version", "UPDATE model_version_tags SET value = x'01'", "value", "text", "something else" },
            { "version", "UPDATE registered_model_aliases SET version = 'one'", "version", "a whole number", "text" },
            { "logged model", "UPDATE logged_models SET status = 'ready'", "status", "a whole number", "text" },
            { "logged model", "UPDATE logged_models SET artifact_location = x'01'", "artifact_location", "text", "something else" },
            { "logged model", "UPDATE logged_model_params SET param_value = x'01'", "param_value", "text", "something else" },
            { "logged model", "UPDATE logged_model_tags SET tag_value = x'01'", "tag_value", "text", "something else" },
            { "model metrics", "UPDATE logged_model_metrics SET metric_value = 'much'", "metric_value", "a number", "text" },
            { "model metrics", "UPDATE logged_model_metrics SET metric_step = 0.5", "metric_step", "a whole number", "a fraction" },
            { "model metrics", "UPDATE logged_model_metrics SET dataset_name = x'01'", "dataset_name", "text", "something else" },
            { "trace", "UPDATE trace_info SET timestamp_ms = 'noon'", "timestamp_ms", "a whole number", "text" },
            { "trace", "UPDATE trace_info SET execution_time_ms = 0.5", "execution_time_ms", "a whole number", "a fraction" },
            { "trace", "UPDATE trace_info SET status = x'01'", "status", "text", "something else" },
            { "trace", "UPDATE trace_tags SET value = x'01'", "value", "text", "something else" },
            { "trace", "UPDATE trace_request_metadata SET value = x'01'", "value", "text", "something else" },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_value_of_the_wrong_kind_is_damage_with_its_columns_name(
        string what,
        string change,
        string column,
        string wanted,
        string found
    )
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + change);
        await using var store = fixture.Open();
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => AskAsync(what, fixture, store));
        Assert.Equal(
            $"The SQLite database {fixture.DatabasePath} is damaged: a column {column} should hold {wanted} and holds {found}",
            failure.Message
        );
    }

    [Fact]
    public async Task What_may_be_missing_reads_as_missing()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(
            """
            UPDATE experiments SET artifact_location = NULL, lifecycle_stage = NULL;
            UPDATE experiment_tags SET value = NULL;
            UPDATE runs SET name = NULL, user_id = NULL, status = NULL, start_time = NULL, end_time = NULL, artifact_uri = NULL, lifecycle_stage = NULL;
            UPDATE tags SET value = NULL;
            UPDATE latest_metrics SET timestamp = NULL;
            UPDATE datasets SET dataset_schema = NULL, dataset_profile = NULL;
            UPDATE model_versions SET creation_time = NULL, last_updated_time = NULL, description = NULL, current_stage = NULL, source = NULL, run_id = NULL, status = NULL;
            UPDATE trace_info SET execution_time_ms = NULL;
            UPDATE trace_tags SET value = NULL;
            UPDATE logged_models SET lifecycle_stage = NULL, model_type = NULL, source_run_id = NULL;
            """
        );
        await using var store = fixture.Open();
        var run = (await store.FindRunAsync(fixture.Run("tuned"), default))!;
        Assert.Equal(
            ("", "", "", null, null, "", "active"),
            (run.RunName, run.UserId, run.Status, run.StartTime, run.EndTime, run.ArtifactUri, run.LifecycleStage)
        );
        Assert.All(run.Tags.Values, Assert.Empty);
        Assert.All(run.Metrics.Values, point => Assert.Equal(0, point.Timestamp));
        Assert.All(run.DatasetInputs, input => Assert.True(input is { Schema: null, Profile: null }));
        var experiment = (await store.ListExperimentsAsync(default))[0];
        Assert.Equal(("", "active"), (experiment.ArtifactLocation, experiment.LifecycleStage));
        var version = (await store.FindModelVersionAsync("iris-classifier", "1", default))!;
        Assert.Equal(
            ("None", null, null, "", "READY", null, null),
            (
                version.CurrentStage,
                version.Source,
                version.RunId,
                version.Description,
                version.Status,
                version.CreationTimestamp,
                version.LastUpdatedTimestamp
            )
        );
        var trace = (await store.FindTraceAsync(fixture.Trace("classify"), default))!;
        Assert.Null(trace.ExecutionTime);
        Assert.All(trace.Tags.Values, Assert.Empty);
        var model = (await store.ListLoggedModelsAsync("1", default))[0];
        Assert.Equal(("", null), (model.ModelType, model.SourceRunId));
    }

    [Fact]
    public async Task Runs_without_a_start_are_listed_last_by_their_ids()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute("UPDATE runs SET start_time = NULL WHERE name IN ('logreg-tuned', 'logreg-baseline')");
        await using var store = fixture.Open();
        var ids = new List<string>();
        await foreach (var run in store.ListRunsAsync("1", default))
        {
            ids.Add(run.RunId);
        }

        var missing = new[] { fixture.Run("tuned"), fixture.Run("baseline") }.Order(StringComparer.Ordinal);
        Assert.Equal(missing, ids.TakeLast(2));
    }

    [Theory]
    [InlineData("params", "key, value, run_uuid")]
    [InlineData("tags", "key, value, run_uuid")]
    [InlineData("latest_metrics", "key, value, timestamp, step, is_nan, run_uuid")]
    public async Task A_column_that_compares_without_case_gives_a_run_no_other_runs_rows(string table, string columns)
    {
        using var fixture = new SqliteFixture("3.6");
        var run = fixture.Run("baseline");
        fixture.Execute(
            $"""
            PRAGMA foreign_keys = OFF;
            CREATE TABLE other AS SELECT {columns} FROM {table};
            DROP TABLE {table};
            CREATE TABLE {table} (key TEXT, value, timestamp BIGINT, step BIGINT, is_nan BOOLEAN, run_uuid TEXT COLLATE NOCASE);
            INSERT INTO {table} ({columns}) SELECT {columns} FROM other;
            INSERT INTO {table} ({columns}) SELECT {columns.Replace("run_uuid", "upper(run_uuid)", StringComparison.Ordinal).Replace(
                "key",
                "'of another'",
                StringComparison.Ordinal
            )} FROM other WHERE run_uuid = '{run}';
            DROP TABLE other;
            """
        );
        await using var store = fixture.Open();
        var found = (await store.FindRunAsync(run, default))!;
        Assert.NotEmpty(found.Params);
        Assert.NotEmpty(found.Tags);
        Assert.NotEmpty(found.Metrics);
        Assert.DoesNotContain("of another", found.Params.Keys.Concat(found.Tags.Keys).Concat(found.Metrics.Keys));
    }

    [Fact]
    public async Task Rows_that_belong_to_nothing_are_in_no_answer()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(
            """
            PRAGMA foreign_keys = OFF;
            INSERT INTO params (key, value, run_uuid) VALUES ('lost', '1', 'nobody');
            INSERT INTO registered_model_tags (key, value, name) VALUES ('lost', '1', 'nobody');
            INSERT INTO registered_model_aliases (alias, version, name) VALUES ('lost', 7, 'iris-classifier'), ('lost', 1, 'nobody');
            INSERT INTO model_version_tags (key, value, name, version) VALUES ('lost', '1', 'iris-classifier', 9);
            INSERT INTO trace_tags (key, value, request_id) VALUES ('lost', '1', 'nobody');
            INSERT INTO logged_model_tags (model_id, experiment_id, tag_key, tag_value) VALUES ('m-nobody', 1, 'lost', '1');
            INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) VALUES ('lost', 'DATASET', 'no dataset', 'RUN', 'nobody', 0);
            """
        );
        await using var store = fixture.Open();
        Assert.Null(await store.FindRunAsync("nobody", default));
        Assert.Null(await store.FindRegisteredModelAsync("nobody", default));
        Assert.Null(await store.FindTraceAsync("nobody", default));
        Assert.Null(await store.FindLoggedModelAsync("m-nobody", default));
        Assert.All(
            await store.ListModelVersionsAsync("iris-classifier", default),
            version => Assert.DoesNotContain("lost", version.Aliases)
        );
        Assert.All(
            await store.ListModelVersionsAsync("iris-classifier", default),
            version => Assert.DoesNotContain("lost", version.Tags.Keys)
        );
        // The alias itself is the model's, though the version it names is not there.
        Assert.Equal("7", (await store.FindRegisteredModelAsync("iris-classifier", default))!.Aliases["lost"]);
    }

    private static async Task AskAsync(string what, SqliteFixture fixture, IMlflowStore store)
    {
        switch (what)
        {
            case "experiments":
                await store.ListExperimentsAsync(default);
                break;
            case "run":
                await store.FindRunAsync(fixture.Run("tuned"), default);
                break;
            case "history":
                await store.ReadMetricHistoryAsync(fixture.Run("baseline"), "sum", default);
                break;
            case "models":
                await store.ListRegisteredModelsAsync(default);
                break;
            case "version":
                await store.FindModelVersionAsync("iris-classifier", "1", default);
                break;
            case "logged model":
                await store.ListLoggedModelsAsync("1", default);
                break;
            case "model metrics":
                await store.ReadLoggedModelMetricsAsync(
                    fixture.Ids.GetProperty("logged_models").GetProperty("tuned").GetProperty("model_id").GetString()!, // every logged model has one
                    default
                );
                break;
            default:
                await store.FindTraceAsync(fixture.Trace("classify"), default);
                break;
        }
    }
}
