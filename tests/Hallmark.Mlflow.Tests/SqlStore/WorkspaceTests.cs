namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>MLflow 3.10 puts a workspace into the keys of experiments and of the registry. Without workspaces switched on, all is in <c>default</c>.</summary>
public sealed class WorkspaceTests
{
    // The keys of 3.10 on the content of 3.6: no fixture of 3.10 is at hand. Another workspace holds a model of the same name.
    private const string Migration = """
        PRAGMA foreign_keys = OFF;
        CREATE TABLE e2 (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32),
            creation_time BIGINT, last_update_time BIGINT, workspace VARCHAR(63) DEFAULT 'default' NOT NULL, UNIQUE (workspace, name));
        INSERT INTO e2 SELECT *, 'default' FROM experiments; DROP TABLE experiments; ALTER TABLE e2 RENAME TO experiments;
        CREATE TABLE m2 (name VARCHAR(256) NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000),
            workspace VARCHAR(63) DEFAULT 'default' NOT NULL, PRIMARY KEY (workspace, name));
        INSERT INTO m2 SELECT *, 'default' FROM registered_models; DROP TABLE registered_models; ALTER TABLE m2 RENAME TO registered_models;
        CREATE TABLE t2 (key VARCHAR(250) NOT NULL, value VARCHAR(5000), name VARCHAR(256) NOT NULL, workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
            PRIMARY KEY (workspace, key, name));
        INSERT INTO t2 SELECT *, 'default' FROM registered_model_tags; DROP TABLE registered_model_tags; ALTER TABLE t2 RENAME TO registered_model_tags;
        CREATE TABLE a2 (alias VARCHAR(256) NOT NULL, version INTEGER NOT NULL, name VARCHAR(256) NOT NULL, workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
            PRIMARY KEY (workspace, name, alias));
        INSERT INTO a2 SELECT *, 'default' FROM registered_model_aliases; DROP TABLE registered_model_aliases; ALTER TABLE a2 RENAME TO registered_model_aliases;
        CREATE TABLE v2 (name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000),
            user_id VARCHAR(256), current_stage VARCHAR(20), source VARCHAR(500), run_id VARCHAR(32), status VARCHAR(20), status_message VARCHAR(500),
            run_link VARCHAR(500), storage_location VARCHAR(500), workspace VARCHAR(63) DEFAULT 'default' NOT NULL, PRIMARY KEY (workspace, name, version));
        INSERT INTO v2 SELECT *, 'default' FROM model_versions; DROP TABLE model_versions; ALTER TABLE v2 RENAME TO model_versions;
        CREATE TABLE w2 (key VARCHAR(250) NOT NULL, value TEXT, name VARCHAR(256) NOT NULL, version INTEGER NOT NULL,
            workspace VARCHAR(63) DEFAULT 'default' NOT NULL, PRIMARY KEY (workspace, key, name, version));
        INSERT INTO w2 SELECT *, 'default' FROM model_version_tags; DROP TABLE model_version_tags; ALTER TABLE w2 RENAME TO model_version_tags;
        INSERT INTO experiments VALUES (77, 'iris-demo', 'x', 'active', 1, 1, 'theirs');
        INSERT INTO registered_models VALUES ('iris-classifier', 1, 1, 'theirs', 'theirs'), ('only theirs', 1, 1, '', 'theirs');
        INSERT INTO registered_model_tags VALUES ('later', 'theirs', 'iris-classifier', 'theirs');
        INSERT INTO registered_model_aliases VALUES ('champion', 40, 'iris-classifier', 'theirs');
        INSERT INTO model_versions SELECT name, 40, 1, 1, '', NULL, 'Staging', source, run_id, status, NULL, '', '', 'theirs'
            FROM model_versions WHERE name = 'iris-classifier' AND version = 2;
        INSERT INTO model_version_tags VALUES ('validation', 'theirs', 'iris-classifier', 40, 'theirs'), ('validation', 'theirs', 'iris-classifier', 2, 'theirs');
        """;

    private static readonly string[] Tables =
    [
        "experiments",
        "registered_models",
        "registered_model_tags",
        "registered_model_aliases",
        "model_versions",
        "model_version_tags",
    ];

    [Fact]
    public async Task Only_the_default_workspace_is_read()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(Migration);
        await using var store = fixture.Open();

        Assert.Equal(["0", "1", "2"], (await store.ListExperimentsAsync(default)).Select(experiment => experiment.Id));
        Assert.Equal(["iris-classifier", "iris-direct"], (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name));
        Assert.Equal("yes", (await store.FindRegisteredModelAsync("iris-classifier", default))!.Tags["later"]);
        Assert.Equal("2", (await store.FindRegisteredModelAsync("iris-classifier", default))!.Aliases["champion"]);
        Assert.Equal(["1", "2"], (await store.ListModelVersionsAsync("iris-classifier", default)).Select(version => version.Version));
        Assert.Equal("passed", (await store.FindModelVersionAsync("iris-classifier", "2", default))!.Tags["validation"]);
        Assert.Null(await store.FindModelVersionAsync("iris-classifier", "40", default));
        Assert.Null(await store.FindRegisteredModelAsync("only theirs", default));
    }

    [Fact]
    public async Task Only_the_default_workspace_is_written()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(Migration);
        var theirs = Tables.SelectMany(table => fixture.Query($"SELECT * FROM {table} WHERE workspace <> 'default'")).ToList();
        await using var store = fixture.Open();

        await store.SetRegisteredModelTagAsync("iris-classifier", "later", "ours", default);
        await store.SetModelVersionTagAsync("iris-classifier", "2", "validation", "ours", default);
        Assert.Equal("3", (await store.CreateModelVersionAsync("iris-classifier", "s3://b/m", null, default)).Version);
        await store.TransitionStageAsync("iris-classifier", "3", "Staging", archiveExisting: true, default);
        await store.SetAliasAsync("iris-classifier", "champion", "3", default);
        await store.CreateRegisteredModelAsync("only theirs", default);
        await store.DeleteAliasAsync("iris-classifier", "challenger", default);

        Assert.Equal(theirs, Tables.SelectMany(table => fixture.Query($"SELECT * FROM {table} WHERE workspace <> 'default'")));
        Assert.Equal("ours", (await store.FindModelVersionAsync("iris-classifier", "2", default))!.Tags["validation"]);
        Assert.Equal(["champion"], (await store.FindModelVersionAsync("iris-classifier", "3", default))!.Aliases);
    }

    [Fact]
    public async Task A_database_without_a_registry_and_without_traces_reads_as_an_empty_one()
    {
        using var fixture = new SqliteFixture("2.14");
        foreach (
            var table in new[]
            {
                "model_version_tags",
                "registered_model_tags",
                "registered_model_aliases",
                "model_versions",
                "registered_models",
                "trace_tags",
                "trace_request_metadata",
                "trace_info",
                "input_tags",
                "inputs",
                "datasets",
                "experiment_tags",
            }
        )
        {
            fixture.Execute("PRAGMA foreign_keys = OFF; DROP TABLE " + table);
        }

        await using var store = fixture.Open();

        Assert.Empty(await store.ListRegisteredModelsAsync(default));
        Assert.Empty(await store.ListModelVersionsAsync("iris-classifier", default));
        Assert.Null(await store.FindTraceAsync(fixture.Trace("classify"), default));
        Assert.Empty((await store.FindRunAsync(fixture.Run("tuned"), default))!.DatasetInputs);
        Assert.Equal(3, (await store.ListExperimentsAsync(default)).Count);
        Assert.Equal(
            2,
            (await Assert.ThrowsAsync<Stores.MlflowFormatException>(() => store.CreateRegisteredModelAsync("m", default))).ExitCode
        );
        await Assert.ThrowsAsync<Stores.MlflowNotFoundException>(() =>
            store.SetTraceTagAsync(fixture.Trace("classify"), "k", "v", default)
        );
    }
}
