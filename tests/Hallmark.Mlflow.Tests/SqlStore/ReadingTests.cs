using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>What MLflow wrote into SQLite is read, with nothing missed.</summary>
public sealed class ReadingTests
{
    public static TheoryData<string> Versions => SqliteFixture.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_run_is_read_whole(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();

        var run = await store.FindRunAsync(fixture.Run("tuned"), default);

        Assert.NotNull(run);
        Assert.Equal("logreg-tuned", run.RunName);
        Assert.Equal("1", run.ExperimentId);
        Assert.Equal("FINISHED", run.Status);
        Assert.Equal("mlflow", run.UserId);
        Assert.Equal("active", run.LifecycleStage);
        Assert.Equal($"mlflow-artifacts:/1/{run.RunId}/artifacts", run.ArtifactUri);
        Assert.Equal("logreg-tuned", run.Tags["mlflow.runName"]);
        Assert.True(run.EndTime > run.StartTime);
        Assert.Equal(["iris-train", "iris-test"], run.DatasetInputs.Select(input => input.Name));
        Assert.Equal(["training", "eval"], run.DatasetInputs.Select(input => input.Context));
        Assert.Equal(["e7c51855", "df222b80"], run.DatasetInputs.Select(input => input.Digest));
        Assert.All(run.DatasetInputs, input => Assert.StartsWith("{\"mlflow_colspec\"", input.Schema, StringComparison.Ordinal));
        Assert.All(run.DatasetInputs, input => Assert.Equal("http", input.SourceType));
        Assert.Equal(version is "3.6" ? 1 : 0, run.ModelOutputs.Count);
        Assert.Equal(version is "3.6" ? 1 : 0, run.ModelInputs.Count);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_row_of_a_run_is_in_the_answer(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        var runs = new List<MlflowRun>();
        foreach (var experiment in await store.ListExperimentsAsync(default))
        {
            await foreach (var run in store.ListRunsAsync(experiment.Id, default))
            {
                runs.Add(run);
            }
        }

        string Count(string table) => fixture.Query($"SELECT COUNT(*) FROM {table}")[0]["Int64:".Length..];
        Assert.Equal(Count("runs"), $"{runs.Count}");
        Assert.Equal(Count("params"), $"{runs.Sum(run => run.Params.Count)}");
        Assert.Equal(Count("tags"), $"{runs.Sum(run => run.Tags.Count)}");
        Assert.Equal(Count("latest_metrics"), $"{runs.Sum(run => run.Metrics.Count)}");
        Assert.Equal(Count("input_tags"), $"{runs.Sum(run => run.DatasetInputs.Sum(input => input.Tags.Count))}");
        Assert.Equal(Count("inputs"), $"{runs.Sum(run => run.DatasetInputs.Count + run.ModelOutputs.Count + run.ModelInputs.Count)}");
        var points = 0;
        foreach (var run in runs)
        {
            foreach (var key in run.Metrics.Keys)
            {
                points += (await store.ReadMetricHistoryAsync(run.RunId, key, default)).Count;
            }
        }

        Assert.Equal(Count("metrics"), $"{points}");
        foreach (var run in runs)
        {
            Assert.Equivalent(run, await store.FindRunAsync(run.RunId, default), strict: true);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Metrics_come_back_as_MLflow_stored_them(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();

        var metrics = (await store.FindRunAsync(fixture.Run("baseline"), default))!.Metrics;

        Assert.True(double.IsNaN(metrics["nan"].Value));
        Assert.Equal(double.MaxValue, metrics["inf"].Value);
        Assert.Equal(double.MinValue, metrics["-inf"].Value);
        Assert.Equal(5e-324, metrics["tiny"].Value);
        Assert.Equal(0.1 + 0.2, metrics["sum"].Value);
        Assert.Equal(9007199254740992.0, metrics["big"].Value);
        Assert.Equal(new MetricPoint(0.7, 1700000002000, 2), metrics["val/acc"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_history_is_ordered_by_time_then_step_then_value(string version)
    {
        using var fixture = new SqliteFixture(version);
        var run = fixture.Run("baseline");
        fixture.Execute(
            $"INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES ('m', 0, 5, 1, 1, '{run}'), ('m', 9, 5, 1, 0, '{run}'), ('m', -1, 5, 1, 0, '{run}'), ('m', 7, 5, -3, 0, '{run}'), ('m', 8, 4, 9, 0, '{run}')"
        );
        await using var store = fixture.Open();

        var points = await store.ReadMetricHistoryAsync(run, "m", default);

        Assert.Equal([8, 7, -1, 9, double.NaN], points.Select(point => point.Value));
        Assert.Empty(await store.ReadMetricHistoryAsync(run, "no such metric", default));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Runs_are_listed_newest_first_with_the_deleted_ones(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        var names = new List<string>();
        var stages = new List<string>();

        await foreach (var run in store.ListRunsAsync(fixture.Ids.GetProperty("scratch_experiment_id").GetString()!, default))
        {
            names.Add(run.RunName);
            stages.Add(run.LifecycleStage);
        }

        Assert.Equal(["deleted", "child", "parent", "crashes"], names);
        Assert.Equal(["deleted", "active", "active", "active"], stages);
    }

    [Fact]
    public async Task More_runs_than_fit_a_batch_are_listed_once_each_and_in_order()
    {
        using var fixture = new SqliteFixture("3.6");
        fixture.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 449)
            INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, artifact_uri, experiment_id)
            SELECT printf('%032x', i), 'r' || i, 'FINISHED', CASE WHEN i < 10 THEN NULL ELSE i / 3 END, 'active', 'x', 0 FROM n;
            INSERT INTO tags (key, value, run_uuid) SELECT 'n', name, run_uuid FROM runs WHERE experiment_id = 0;
            """
        );
        await using var store = fixture.Open();
        var runs = new List<MlflowRun>();
        await foreach (var run in store.ListRunsAsync("0", default))
        {
            runs.Add(run);
        }

        Assert.Equal(450, runs.Select(run => run.RunId).Distinct().Count());
        Assert.All(runs, run => Assert.Equal(run.RunName, run.Tags["n"]));
        Assert.Equal(
            runs.OrderBy(run => run.StartTime is null)
                .ThenByDescending(run => run.StartTime)
                .ThenBy(run => run.RunId, StringComparer.Ordinal),
            runs
        );
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_registry_is_read_with_tags_and_aliases_and_without_prompts(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();

        Assert.Equal(["iris-classifier", "iris-direct"], (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name));
        var model = await store.FindRegisteredModelAsync("iris-classifier", default);
        Assert.Equal("klein", model!.Tags["größe"]);
        Assert.Equal("2", model.Aliases["champion"]);
        var versions = await store.ListModelVersionsAsync("iris-classifier", default);
        Assert.Equal(["1", "2"], versions.Select(v => v.Version));
        Assert.Equal(["Archived", "Production"], versions.Select(v => v.CurrentStage));
        Assert.Equal(["challenger"], versions[0].Aliases);
        Assert.Equal(["champion"], versions[1].Aliases);
        Assert.Equal("passed", versions[1].Tags["validation"]);
        Assert.Equal(fixture.Run("tuned"), versions[1].RunId);
        Assert.Equal(fixture.Ids.GetProperty("versions").GetProperty("2").GetProperty("source").GetString(), versions[1].Source);
        Assert.Equivalent(versions[1], await store.FindModelVersionAsync("iris-classifier", "2", default), strict: true);
        Assert.Equivalent(versions[1], Assert.Single(await store.ListModelVersionsOfRunAsync(fixture.Run("tuned"), default)), strict: true);
        Assert.Empty(await store.ListModelVersionsAsync("iris-prompt", default));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Traces_are_read_newest_first_with_tags_and_metadata(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        var traces = new List<Trace>();
        await foreach (var trace in store.ListTracesAsync("1", default))
        {
            traces.Add(trace);
        }

        string[] expected = version is "3.6"
            ? ["chat", "classify-fails", "classify-batch", "classify"]
            : ["classify-fails", "classify-batch", "classify"];
        Assert.Equal(expected, traces.Select(trace => trace.Tags["mlflow.traceName"]));
        Assert.Contains("ERROR", traces.Select(trace => trace.Status));
        Assert.All(traces, trace => Assert.NotEmpty(trace.Metadata));
        var one = await store.FindTraceAsync(fixture.Trace("classify"), default);
        Assert.Equivalent(traces[^1], one, strict: true);
        Assert.True(one!.Tags.ContainsKey("größe"));
        Assert.Equal("1", one.ExperimentId);
    }

    [Fact]
    public async Task Logged_models_are_read_with_params_and_tags()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();

        var models = await store.ListLoggedModelsAsync("1", default);

        Assert.Equal(4, models.Count);
        var hosted = models.Single(model => model.Name is "hosted-llm");
        Assert.Null(hosted.SourceRunId);
        Assert.Equal("llm", hosted.ModelType);
        Assert.Equal("LOGGED_MODEL_READY", hosted.Status);
        var tuned = await store.FindLoggedModelAsync(
            fixture.Ids.GetProperty("logged_models").GetProperty("tuned").GetProperty("model_id").GetString()!,
            default
        );
        Assert.Equal("klein", tuned!.Tags["größe"]);
        Assert.Equal(fixture.Run("tuned"), tuned.SourceRunId);
        Assert.Equal(fixture.Query("SELECT COUNT(*) FROM logged_model_params")[0], $"Int64:{models.Sum(model => model.Params.Count)}");
        fixture.Execute("UPDATE logged_models SET lifecycle_stage = 'deleted' WHERE name = 'hosted-llm'");
        Assert.Null(await store.FindLoggedModelAsync(hosted.ModelId, default));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_is_not_there_is_null_or_empty(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();

        Assert.Null(await store.FindRunAsync("0123", default));
        Assert.Null(await store.FindLoggedModelAsync("m-0", default));
        Assert.Null(await store.FindRegisteredModelAsync("nobody", default));
        Assert.Null(await store.FindModelVersionAsync("iris-classifier", "9", default));
        Assert.Null(await store.FindTraceAsync("tr-0", default));
        Assert.Empty(await store.ListModelVersionsOfRunAsync("", default));
        Assert.Empty(await store.ListLoggedModelsAsync("no number", default));
        await foreach (var run in store.ListRunsAsync("no number", default))
        {
            Assert.Fail(run.RunId);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Deleted_versions_are_hidden(string version)
    {
        using var fixture = new SqliteFixture(version);
        fixture.Execute("UPDATE model_versions SET current_stage = 'Deleted_Internal' WHERE name = 'iris-classifier' AND version = 1");
        await using var store = fixture.Open();

        Assert.Null(await store.FindModelVersionAsync("iris-classifier", "1", default));
        Assert.Equal("2", Assert.Single(await store.ListModelVersionsAsync("iris-classifier", default)).Version);
        Assert.Empty(await store.ListModelVersionsOfRunAsync(fixture.Run("baseline"), default));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Reading_leaves_the_file_and_its_folder_as_they_were(string version)
    {
        using var fixture = new SqliteFixture(version);
        var before = await File.ReadAllBytesAsync(fixture.DatabasePath);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(fixture.DatabasePath, UnixFileMode.UserRead);
        }

        await using (var store = fixture.Open())
        {
            Assert.NotNull(await store.FindRunAsync(fixture.Run("baseline"), default));
            Assert.NotEmpty(await store.ListRegisteredModelsAsync(default));
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(fixture.DatabasePath));
        Assert.Equal([fixture.DatabasePath], Directory.GetFileSystemEntries(fixture.Folder.Path));
    }
}
