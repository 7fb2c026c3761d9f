using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>What every store must write, and read back: on a copy of a fixture.</summary>
public abstract class WritableStoreContract(string fixture) : StoreContract(fixture)
{
    private const string Classifier = "iris-classifier";

    /// <summary>Opens a copy of the fixture that the test may change.</summary>
    protected abstract IMlflowStore OpenCopy(TemporaryFolder folder);

    /// <summary>The longest value that a trace's tag gives back whole.</summary>
    protected virtual int LongestTraceTag => 5000;

    private static readonly string[] Values =
    [
        "",
        "yes",
        "1.0",
        "null",
        "None",
        " leading and trailing ",
        "line 1\nline 2\n",
        "Größe 🌸 世界",
        "a: b # c",
        "{\"k\": [1, 2]}",
        "'\"\\",
        new string('x', 5000),
    ];

    [Fact]
    public virtual async Task A_tag_reads_back_as_it_was_set()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        var (run, trace) = (Ids.Run("baseline"), Ids.Traces["classify"]);
        foreach (
            var (value, key) in Values.Zip(
                Enumerable.Repeat(new[] { "ario.proof", "größe", "with space", "part/of path", "phase" }, 3).SelectMany(keys => keys)
            )
        )
        {
            await store.SetRunTagAsync(run, key, value, default);
            await store.SetRegisteredModelTagAsync(Classifier, key, value, default);
            await store.SetModelVersionTagAsync(Classifier, "2", key, value, default);
            await store.SetTraceTagAsync(trace, key, value[..Math.Min(value.Length, LongestTraceTag)], default);
            Assert.Equal(value, (await store.FindRunAsync(run, default))!.Tags[key]);
            Assert.Equal(value, (await store.FindRegisteredModelAsync(Classifier, default))!.Tags[key]);
            Assert.Equal(value, (await store.FindModelVersionAsync(Classifier, "2", default))!.Tags[key]);
            Assert.Equal(value[..Math.Min(value.Length, LongestTraceTag)], (await store.FindTraceAsync(trace, default))!.Tags[key]);
        }

        Assert.False((await store.FindModelVersionAsync(Classifier, "1", default))!.Tags.ContainsKey("ario.proof"));
    }

    [Fact]
    public virtual async Task Setting_a_tag_changes_nothing_else()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        var before = (await store.FindRunAsync(Ids.Run("baseline"), default))!;
        await store.SetRunTagAsync(before.RunId, "phase", "changed", default);
        var after = (await store.FindRunAsync(before.RunId, default))!;
        Assert.Equal(before.Params.ToDictionary(), after.Params.ToDictionary());
        Assert.Equal(before.Metrics.ToDictionary(), after.Metrics.ToDictionary());
        Assert.Equal(
            before.Tags.Where(tag => tag.Key != "phase").OrderBy(tag => tag.Key, StringComparer.Ordinal),
            after.Tags.Where(tag => tag.Key != "phase").OrderBy(tag => tag.Key, StringComparer.Ordinal)
        );
        Assert.Equal("changed", after.Tags["phase"]);
    }

    [Fact]
    public virtual async Task The_tag_of_a_runs_name_is_the_runs_name()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        await store.SetRunTagAsync(Ids.Run("baseline"), "mlflow.runName", "yes: a 'new' name", default);
        var run = (await store.FindRunAsync(Ids.Run("baseline"), default))!;
        Assert.Equal(("yes: a 'new' name", "yes: a 'new' name"), (run.RunName, run.Tags["mlflow.runName"]));
    }

    [Fact]
    public virtual async Task Writing_to_what_does_not_exist_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetRunTagAsync(new string('0', 32), "k", "v", default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.SetTraceTagAsync((Ids.IsMlflow3 ? "tr-" : "") + new string('0', 32), "k", "v", default)
        );
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetRegisteredModelTagAsync("no such model", "k", "v", default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetModelVersionTagAsync(Classifier, "99", "k", "v", default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.CreateModelVersionAsync("no such model", "file:///tmp/x", null, default)
        );
        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.TransitionStageAsync(Classifier, "99", "Staging", archiveExisting: false, default)
        );
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetAliasAsync(Classifier, "prod", "99", default));
    }

    [Fact]
    public virtual async Task A_deleted_run_takes_no_tags()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(Ids.Run("deleted"), "k", "v", default));
        Assert.False((await store.FindRunAsync(Ids.Run("deleted"), default))!.Tags.ContainsKey("k"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a/../b")]
    [InlineData("x;y")]
    [InlineData("a\nb")]
    public virtual async Task A_key_that_MLflow_would_not_take_is_refused(string key)
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(Ids.Run("baseline"), key, "v", default));
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetModelVersionTagAsync(Classifier, "1", key, "v", default));
    }

    [Fact]
    public virtual async Task A_value_that_MLflow_would_cut_is_refused_and_not_cut()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.SetRunTagAsync(Ids.Run("baseline"), "long", new string('x', 8001), default)
        );
        Assert.False((await store.FindRunAsync(Ids.Run("baseline"), default))!.Tags.ContainsKey("long"));
    }

    [Fact]
    public virtual async Task A_registered_model_is_made_once()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        var made = await store.CreateRegisteredModelAsync("neu-größe", default);
        Assert.Equal(("neu-größe", ""), (made.Name, made.Description));
        Assert.Equal("neu-größe", (await store.FindRegisteredModelAsync("neu-größe", default))!.Name);
        Assert.Contains("neu-größe", (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name));
        Assert.Empty(await store.ListModelVersionsAsync("neu-größe", default));
        await Assert.ThrowsAsync<MlflowConflictException>(() => store.CreateRegisteredModelAsync("neu-größe", default));
        await Assert.ThrowsAsync<MlflowConflictException>(() => store.CreateRegisteredModelAsync(Classifier, default));
    }

    [Fact]
    public virtual async Task The_next_version_has_the_next_number()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        var source = Ids.Version("2", "source");
        var made = await store.CreateModelVersionAsync(Classifier, source, Ids.Run("tuned"), default);
        Assert.Equal(
            ("3", source, Ids.Run("tuned"), "None", "READY"),
            (made.Version, made.Source, made.RunId, made.CurrentStage, made.Status)
        );
        Assert.Equal(["1", "2", "3"], (await store.ListModelVersionsAsync(Classifier, default)).Select(version => version.Version));
        Assert.Equal(2, (await store.ListModelVersionsOfRunAsync(Ids.Run("tuned"), default)).Count);
        await store.CreateRegisteredModelAsync("fresh", default);
        Assert.Equal("1", (await store.CreateModelVersionAsync("fresh", source, Ids.Run("tuned"), default)).Version);
    }

    [Fact]
    public virtual async Task A_transition_archives_the_others_when_asked_to()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        Assert.Equal(
            "Production",
            (await store.TransitionStageAsync(Classifier, "1", "production", archiveExisting: false, default)).CurrentStage
        );
        Assert.Equal(
            ["Production", "Production"],
            (await store.ListModelVersionsAsync(Classifier, default)).Select(version => version.CurrentStage)
        );
        Assert.Equal(
            "Production",
            (await store.TransitionStageAsync(Classifier, "1", "Production", archiveExisting: true, default)).CurrentStage
        );
        Assert.Equal(
            ["Production", "Archived"],
            (await store.ListModelVersionsAsync(Classifier, default)).Select(version => version.CurrentStage)
        );
        Assert.Equal("Erste Version – baseline", (await store.FindModelVersionAsync(Classifier, "1", default))!.Description);
        Assert.Equal("None", (await store.TransitionStageAsync(Classifier, "1", "NONE", archiveExisting: false, default)).CurrentStage);
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.TransitionStageAsync(Classifier, "1", "Live", archiveExisting: false, default)
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.TransitionStageAsync(Classifier, "1", "None", archiveExisting: true, default)
        );
    }

    [Fact]
    public virtual async Task An_alias_points_where_it_was_set_last()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        await store.SetAliasAsync(Classifier, "champion", "1", default);
        await store.SetAliasAsync(Classifier, "größe_1-a", "2", default);
        Assert.Equal(["challenger", "champion"], (await store.FindModelVersionAsync(Classifier, "1", default))!.Aliases);
        Assert.Equal(["größe_1-a"], (await store.FindModelVersionAsync(Classifier, "2", default))!.Aliases);
        await store.DeleteAliasAsync(Classifier, "champion", default);
        await store.DeleteAliasAsync(Classifier, "never-there", default);
        Assert.Equal(
            new Dictionary<string, string> { ["challenger"] = "1", ["größe_1-a"] = "2" },
            (await store.FindRegisteredModelAsync(Classifier, default))!.Aliases.ToDictionary()
        );
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("LATEST")]
    [InlineData("v1")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public virtual async Task An_alias_that_MLflow_would_not_take_is_refused(string alias)
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetAliasAsync(Classifier, alias, "1", default));
    }

    [Fact]
    public virtual async Task An_artifact_reads_back_as_it_was_put()
    {
        using var folder = new TemporaryFolder();
        await using var store = OpenCopy(folder);
        var artifacts = store.OpenArtifacts((await store.FindRunAsync(Ids.Run("baseline"), default))!.ArtifactUri);
        foreach (var content in new[] { new byte[] { 1, 2, 3 }, new byte[70_000], [] })
        {
            await artifacts.PutAsync("ario/größe/payload.json", content, default);
            await using var stream = await artifacts.OpenReadAsync("ario/größe/payload.json", default);
            using var read = new MemoryStream();
            await stream!.CopyToAsync(read);
            Assert.Equal(content, read.ToArray());
        }

        Assert.Equal(["ario/größe/payload.json"], (await ToList(artifacts.ListFilesAsync("ario", default))).Select(entry => entry.Path));
    }
}
