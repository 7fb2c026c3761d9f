using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>
/// What every store must read from the fixtures, whichever way they are stored: the list "What was logged" of testdata/mlflow/README.md. A class a store
/// and version; the few places where stores rightly differ are the virtual members.
/// </summary>
public abstract partial class StoreContract(string fixture)
{
    private const string Classifier = "iris-classifier";

    /// <summary>The ids of this fixture.</summary>
    protected FixtureIds Ids { get; } = new(fixture);

    /// <summary>SQL keeps infinities as the greatest double and loses the sign of zero.</summary>
    protected virtual bool KeepsEveryDouble => true;

    /// <summary>Opens the store, artifacts relocated to the fixture's own.</summary>
    protected abstract IMlflowStore Open();

    [Fact]
    public virtual async Task All_experiments_are_listed_with_their_tags()
    {
        await using var store = Open();
        var experiments = await store.ListExperimentsAsync(default);
        Assert.Equal(new HashSet<string> { "0", Ids.Experiment, Ids.ScratchExperiment }, experiments.Select(e => e.Id).ToHashSet());
        var demo = experiments.Single(e => e.Id == Ids.Experiment);
        Assert.Equal(("iris-demo", "active"), (demo.Name, demo.LifecycleStage));
        Assert.NotEmpty(demo.ArtifactLocation);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["mlflow.note.content"] = "Iris demo: *LogisticRegression* on 150 flowers.",
                ["project"] = "iris",
                ["set-later"] = "yes",
                ["team"] = "fluß-🌱",
            },
            demo.Tags.ToDictionary()
        );
        Assert.Equal("iris-scratch", experiments.Single(e => e.Id == Ids.ScratchExperiment).Name);
        Assert.Equal("Default", experiments.Single(e => e.Id == "0").Name);
    }

    [Fact]
    public virtual async Task All_runs_are_listed_newest_first_the_deleted_one_too()
    {
        await using var store = Open();
        var demo = await ToList(store.ListRunsAsync(Ids.Experiment, default));
        var expected = Ids.IsMlflow3 ? new[] { "traced", "direct", "tuned", "baseline" } : ["direct", "tuned", "baseline"];
        Assert.Equal(expected.Select(Ids.Run), demo.Select(run => run.RunId));
        var scratch = await ToList(store.ListRunsAsync(Ids.ScratchExperiment, default));
        Assert.Equal(new[] { "deleted", "child", "parent", "failed" }.Select(Ids.Run), scratch.Select(run => run.RunId));
        Assert.Equal("deleted", scratch[0].LifecycleStage);
        Assert.Empty(await ToList(store.ListRunsAsync("0", default)));
    }

    [Fact]
    public virtual async Task A_listed_run_is_the_same_as_the_run_looked_up()
    {
        await using var store = Open();
        await foreach (var listed in store.ListRunsAsync(Ids.Experiment, default))
        {
            var found = await store.FindRunAsync(listed.RunId, default);
            Assert.NotNull(found);
            Assert.Equal(listed.Params.ToDictionary(), found.Params.ToDictionary());
            Assert.Equal(listed.Tags.ToDictionary(), found.Tags.ToDictionary());
            Assert.Equal(listed.Metrics.ToDictionary(), found.Metrics.ToDictionary());
            Assert.Equal(listed.DatasetInputs.Select(Text), found.DatasetInputs.Select(Text));
            Assert.Equal(listed.ModelOutputs, found.ModelOutputs);
            Assert.Equal(listed.ModelInputs, found.ModelInputs);
            Assert.Equal(
                (listed.Status, listed.StartTime, listed.EndTime, listed.ArtifactUri),
                (found.Status, found.StartTime, found.EndTime, found.ArtifactUri)
            );
        }

        static string Text(DatasetInput input) =>
            $"{input.Name} {input.Digest} {input.Context} {input.Tags.Count} {input.Schema} {input.Profile} {input.Source}";
    }

    [Fact]
    public virtual async Task A_run_comes_with_its_facts()
    {
        var run = await FindRun("baseline");
        Assert.Equal(Ids.Run("baseline"), run.RunId);
        Assert.Equal(Ids.Experiment, run.ExperimentId);
        Assert.Equal(("logreg-baseline", "mlflow", "FINISHED", "active"), (run.RunName, run.UserId, run.Status, run.LifecycleStage));
        Assert.True(run.StartTime > 1_795_000_000_000 && run.EndTime > run.StartTime);
        Assert.EndsWith(Ids.Run("baseline") + "/artifacts", run.ArtifactUri);
    }

    [Fact]
    public virtual async Task The_failed_the_nested_and_the_deleted_run_are_what_they_are()
    {
        Assert.Equal("FAILED", (await FindRun("failed")).Status);
        Assert.Equal("crashes", (await FindRun("failed")).RunName);
        var child = await FindRun("child");
        Assert.Equal(Ids.Run("parent"), child.Tags["mlflow.parentRunId"]);
        Assert.Equal(1.0, child.Metrics["m"].Value);
        Assert.Empty(child.Params);
        var deleted = await FindRun("deleted");
        Assert.Equal(("KILLED", "deleted"), (deleted.Status, deleted.LifecycleStage));
        Assert.Empty(deleted.Metrics);
    }

    [Fact]
    public virtual async Task Every_param_comes_exactly_as_it_was_logged()
    {
        var run = await FindRun("baseline");
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["C"] = "0.1",
                ["batch.param"] = "1e-3",
                ["big_int"] = "12345678901234567890",
                ["bool"] = "True",
                ["float_sum"] = "0.30000000000000004",
                ["long"] = new string('x', 400),
                ["max_iter"] = "500",
                ["none"] = "None",
                ["note"] = "Größe über alles – 世界 ✓ 🌸",
                ["penalty"] = "l2",
                ["quote"] = "a \"b\" 'c' \\ d: e #f",
                ["solver"] = "lbfgs",
                ["train/test split"] = "1:1",
            },
            new SortedDictionary<string, string>(run.Params.ToDictionary(), StringComparer.Ordinal)
        );
        Assert.Equal("zweiter Versuch – größeres C", (await FindRun("tuned")).Params["note"]);
    }

    [Fact]
    public virtual async Task Every_tag_comes_exactly_as_it_was_set()
    {
        var tags = (await FindRun("baseline")).Tags;
        Assert.Equal("via log_batch", tags["batch.tag"]);
        Assert.Equal("", tags["empty"]);
        Assert.Equal("{\"k\": [1, 2]}", tags["json"]);
        Assert.Equal("line 1\nline 2", tags["multi line"]);
        Assert.Equal("naïve Ünïcödé ✓ 日本語", tags["unicode"]);
        Assert.Equal("logreg-baseline", tags["mlflow.runName"]);
        Assert.Equal("Baseline, C=0.1", tags["mlflow.note.content"]);
        Assert.Equal("4b825dc642cb6eb9a060e54bf8d69288fbee4904", tags["mlflow.source.git.commit"]);
        Assert.Equal("mlflow", tags["mlflow.user"]);
        Assert.Equal("baseline", tags["phase"]);
        Assert.Equal(Ids.IsMlflow3 ? 12 : 13, tags.Count);
        if (!Ids.IsMlflow3)
        {
            Assert.Contains("\"artifact_path\": \"model\"", tags["mlflow.log-model.history"]);
        }
    }

    [Fact]
    public virtual async Task Every_latest_metric_comes_to_the_last_bit()
    {
        var metrics = (await FindRun("baseline")).Metrics;
        var expected = new Dictionary<string, (double Value, long Step)>
        {
            ["-inf"] = (KeepsEveryDouble ? double.NegativeInfinity : double.MinValue, 0),
            ["accuracy"] = (0.96, 0),
            ["big"] = (9007199254740992.0, 0),
            ["big step"] = (1.5, 1L << 40),
            ["huge"] = (double.MaxValue, 0),
            ["inf"] = (KeepsEveryDouble ? double.PositiveInfinity : double.MaxValue, 0),
            ["int"] = (42, 0),
            ["log_loss"] = (0.38292914977381004, 0),
            ["loss"] = (0.14978706836786396, 9),
            ["nan"] = (double.NaN, 0),
            ["negative step"] = (1.5, -3),
            ["negative zero"] = (KeepsEveryDouble ? -0.0 : 0.0, 0),
            ["sum"] = (0.1 + 0.2, 0),
            ["third"] = (1.0 / 3, 0),
            ["tiny"] = (double.Epsilon, 0),
            ["val/acc"] = (0.7, 2),
        };
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), metrics.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, (value, step)) in expected)
        {
            Assert.True(Bits(value) == Bits(metrics[key].Value), $"{key}: {metrics[key].Value:R} instead of {value:R}");
            Assert.Equal(step, metrics[key].Step);
        }

        Assert.Equal(1_700_000_002_000, metrics["val/acc"].Timestamp);
    }

    [Fact]
    public virtual async Task A_history_has_every_point_in_the_order_of_time()
    {
        // Logged with steps out of order and two points at one step. MLflow 3 logs a run's metrics again with a model: the same points.
        Assert.Equal(
            [
                new(0.25, 1_699_999_999_000, 0),
                new(0.5, 1_700_000_000_000, 1),
                new(0.75, 1_700_000_001_000, 2),
                new(0.7, 1_700_000_002_000, 2),
            ],
            await History("baseline", "val/acc")
        );
        var loss = await History("baseline", "loss");
        Assert.Equal(
            [
                1.1,
                0.8165313105737892,
                0.613417119032592,
                0.4678794411714423,
                0.3635971381157268,
                0.28887560283756186,
                0.2353352832366127,
                0.19697196786440507,
                0.16948345122280156,
                0.14978706836786396,
            ],
            loss.Select(point => point.Value)
        );
        Assert.Equal(Enumerable.Range(0, 10).Select(step => (long)step), loss.Select(point => point.Step));
        Assert.Equal([0L, 5, 10, 15, 20, 25, 30, 35, 40, 45], (await History("tuned", "loss")).Select(point => point.Step));
    }

    [Fact]
    public virtual async Task Histories_hold_what_is_no_number_and_the_far_steps()
    {
        Assert.True(double.IsNaN(Assert.Single(await History("baseline", "nan")).Value));
        Assert.Equal(-3, Assert.Single(await History("baseline", "negative step")).Step);
        Assert.Equal(1L << 40, Assert.Single(await History("baseline", "big step")).Step);
        Assert.Equal(Bits(double.Epsilon), Bits(Assert.Single(await History("baseline", "tiny")).Value));
    }

    [Fact]
    public virtual async Task A_metric_that_is_linked_to_a_dataset_is_read_like_any_other()
    {
        var accuracy = (await FindRun("tuned")).Metrics["accuracy"];
        Assert.Equal(Ids.IsMlflow3 ? (0.9633333333333334, 1L) : (0.9733333333333334, 0L), (accuracy.Value, accuracy.Step));
        Assert.Equal(Ids.IsMlflow3 ? 2 : 1, (await History("tuned", "accuracy")).Count);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData(" 1")]
    [InlineData("\u0661")]
    [InlineData("2147483648")]
    public async Task A_version_that_is_no_number_is_bad_input_whatever_the_store(string version)
    {
        await using var store = Open();
        foreach (
            var ask in new Func<Task>[]
            {
                () => store.FindModelVersionAsync(Classifier, version, default),
                () => store.SetModelVersionTagAsync(Classifier, version, "k", "v", default),
                () => store.TransitionStageAsync(Classifier, version, "Staging", archiveExisting: false, default),
                () => store.SetAliasAsync(Classifier, "champion", version, default),
            }
        )
        {
            var refusal = await Assert.ThrowsAsync<BadInputException>(ask);
            Assert.Equal($"'{version}' is no model version", refusal.Message);
        }
    }

    [Fact]
    public virtual async Task What_is_not_there_is_null_or_empty()
    {
        await using var store = Open();
        Assert.Null(await store.FindRunAsync(new string('0', 32), default));
        Assert.Null(await store.FindLoggedModelAsync("m-" + new string('0', 32), default));
        Assert.Null(await store.FindRegisteredModelAsync("no such model", default));
        Assert.Null(await store.FindModelVersionAsync(Classifier, "99", default));
        Assert.Null(await store.FindTraceAsync((Ids.IsMlflow3 ? "tr-" : "") + new string('0', 32), default));
        Assert.Empty(await store.ListModelVersionsAsync("no such model", default));
        Assert.Empty(await store.ListModelVersionsOfRunAsync(new string('0', 32), default));
        Assert.Empty(await store.ReadMetricHistoryAsync(Ids.Run("baseline"), "no such metric", default));
    }

    [Fact]
    public virtual async Task Dataset_inputs_come_with_their_tags()
    {
        var input = Assert.Single((await FindRun("baseline")).DatasetInputs);
        Assert.Equal(("iris-train", "e7c51855", "http"), (input.Name, input.Digest, input.SourceType));
        Assert.Equal("{\"url\": \"https://archive.ics.uci.edu/static/public/53/iris.csv\"}", input.Source);
        Assert.Equal(
            "{\"mlflow_colspec\": [{\"type\": \"double\", \"name\": \"sepal_length\", \"required\": true}, {\"type\": \"double\", \"name\": \"sepal_width\", \"required\": true}, "
                + "{\"type\": \"double\", \"name\": \"petal_length\", \"required\": true}, {\"type\": \"double\", \"name\": \"petal_width\", \"required\": true}, "
                + "{\"type\": \"long\", \"name\": \"target\", \"required\": true}]}",
            input.Schema
        );
        Assert.Equal("{\"num_rows\": 75, \"num_elements\": 375}", input.Profile);
        Assert.Equal(
            new Dictionary<string, string> { ["mlflow.data.context"] = "training", ["split"] = "even rows" },
            input.Tags.ToDictionary()
        );
        Assert.Equal("training", input.Context);

        var two = (await FindRun("tuned")).DatasetInputs.Select(i => (i.Name, i.Digest, i.Context)).Order().ToArray();
        Assert.Equal([("iris-test", "df222b80", "eval"), ("iris-train", "e7c51855", "training")], two);
        Assert.Empty((await FindRun("direct")).DatasetInputs);
    }

    /// <summary>All that a stream gives.</summary>
    protected static async Task<List<T>> ToList<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    /// <summary>A run by its name in ids.json.</summary>
    protected async Task<MlflowRun> FindRun(string name)
    {
        await using var store = Open();
        return await store.FindRunAsync(Ids.Run(name), default) ?? throw new InvalidOperationException($"The store has no run {name}");
    }

    private static long Bits(double value) =>
        double.IsNaN(value) ? BitConverter.DoubleToInt64Bits(double.NaN) : BitConverter.DoubleToInt64Bits(value);

    private async Task<IReadOnlyList<MetricPoint>> History(string run, string key)
    {
        await using var store = Open();
        var points = await store.ReadMetricHistoryAsync(Ids.Run(run), key, default);
        Assert.Equal(points.Order(MetricOrder.History), points);
        return [.. points.Distinct()];
    }
}
