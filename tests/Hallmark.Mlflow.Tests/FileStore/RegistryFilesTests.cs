using Hallmark.Core.Failures;
using Hallmark.Mlflow.FileStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>What a registry in files looks like on the disk, before and after we wrote to it.</summary>
public sealed class RegistryFilesTests : IDisposable
{
    private const string Classifier = "iris-classifier";
    private readonly TemporaryFolder _folder = new();
    private readonly MovedClock _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2.14")]
    [InlineData("3.6")]
    public async Task What_is_made_has_the_fields_that_MLflow_gives_it(string version)
    {
        var (store, root, ids) = Copy(version);
        await store.CreateRegisteredModelAsync("neu", default);
        await store.CreateModelVersionAsync("neu", ids.Version("2", "source"), ids.Run("tuned"), default);
        var model = Meta(root, "neu/meta.yaml");
        var theirs = Meta(root, "iris-direct/meta.yaml");
        Assert.Equal(theirs.Keys.Order(StringComparer.Ordinal), model.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(YamlScalar.Of(1_800_000_000_123), model["creation_timestamp"]);
        var made = Meta(root, "neu/version-1/meta.yaml");
        theirs = Meta(root, Classifier + "/version-2/meta.yaml");
        Assert.Equal(theirs.Keys.Order(StringComparer.Ordinal), made.Keys.Order(StringComparer.Ordinal));
        foreach (
            var field in theirs.Keys.Where(field =>
                field is not ("creation_timestamp" or "current_stage" or "last_updated_timestamp" or "name" or "version")
            )
        )
        {
            Assert.Equal(Text(theirs[field]), Text(made[field]));
        }

        Assert.Equal("'None'", Text(made["current_stage"]));
        await store.DisposeAsync();

        static string Text(YamlNode node) =>
            node is YamlScalar { IsNull: false } scalar ? "'" + scalar.Text + "'"
            : node is YamlList { Items.Count: 0 } ? "[]"
            : node.ToString();
    }

    [Fact]
    public async Task A_version_from_a_logged_model_knows_its_run_and_tells_the_model()
    {
        var (store, _, ids) = Copy("3.6");
        var model = ids.LoggedModel("baseline")!;
        var made = await store.CreateModelVersionAsync(Classifier, "models:/" + model, null, default);
        Assert.Equal(ids.Run("baseline"), made.RunId);
        Assert.Equal(
            "[{\"name\": \"iris-classifier\", \"version\": 1}, {\"name\": \"iris-classifier\", \"version\": 3}]",
            (await store.FindLoggedModelAsync(model, default))!.Tags["mlflow.modelVersions"]
        );
        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.CreateModelVersionAsync(Classifier, "models:/m-" + new string('0', 32), null, default)
        );
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Every_change_dates_the_model_and_renews_its_copy_of_the_aliases()
    {
        var (store, root, _) = Copy("3.6");
        var changes = new Func<Task>[]
        {
            () => store.SetRegisteredModelTagAsync(Classifier, "a", "b", default),
            () => store.SetModelVersionTagAsync(Classifier, "1", "a", "b", default),
            () => store.SetAliasAsync(Classifier, "blue", "1", default),
            () => store.DeleteAliasAsync(Classifier, "champion", default),
            () => store.TransitionStageAsync(Classifier, "1", "Staging", archiveExisting: false, default),
            () => store.CreateModelVersionAsync(Classifier, "s3://bucket/model", null, default),
        };
        foreach (var change in changes)
        {
            _clock.Now += TimeSpan.FromSeconds(1);
            await change();
            Assert.Equal(
                YamlScalar.Of(_clock.Now.ToUnixTimeMilliseconds()),
                Meta(root, Classifier + "/meta.yaml")["last_updated_timestamp"]
            );
        }

        var meta = Meta(root, Classifier + "/meta.yaml");
        var aliases = Assert
            .IsType<YamlMap>(meta["aliases"])
            .Entries.ToDictionary(alias => alias.Key, alias => ((YamlScalar)alias.Value).Text);
        Assert.Equal(new Dictionary<string, string> { ["blue"] = "1", ["challenger"] = "1" }, aliases);
        Assert.Equal("Klassifiziert *Iris*-Arten", ((YamlScalar)meta["description"]).Text);
        Assert.True(meta.ContainsKey("deployment_job_id"));
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(root, "models", Classifier, "aliases", "blue")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(root, ".hallmark-*", SearchOption.AllDirectories));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task The_aliases_folder_is_the_truth_and_the_copy_is_not()
    {
        var (store, root, _) = Copy("2.22");
        File.Delete(Path.Combine(root, "models", Classifier, "aliases", "champion"));
        Assert.Equal(["challenger"], (await store.FindRegisteredModelAsync(Classifier, default))!.Aliases.Keys);
        Assert.Empty((await store.FindModelVersionAsync(Classifier, "2", default))!.Aliases);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_deleted_version_is_hidden_and_its_number_not_given_again()
    {
        var (store, root, ids) = Copy("3.6");
        var meta = Path.Combine(root, "models", Classifier, "version-2", "meta.yaml");
        await File.WriteAllTextAsync(
            meta,
            (await File.ReadAllTextAsync(meta)).Replace(
                "current_stage: Production",
                "current_stage: Deleted_Internal",
                StringComparison.Ordinal
            )
        );
        Assert.Null(await store.FindModelVersionAsync(Classifier, "2", default));
        Assert.Equal(["1"], (await store.ListModelVersionsAsync(Classifier, default)).Select(version => version.Version));
        Assert.Empty(await store.ListModelVersionsOfRunAsync(ids.Run("tuned"), default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetModelVersionTagAsync(Classifier, "2", "k", "v", default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetAliasAsync(Classifier, "champion", "2", default));
        Assert.Equal("3", (await store.CreateModelVersionAsync(Classifier, ids.Version("1", "source"), null, default)).Version);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Many_who_register_at_once_each_get_a_number_of_their_own()
    {
        var (store, _, _) = Copy("2.22");
        var made = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i => Task.Run(() => store.CreateModelVersionAsync(Classifier, $"s3://bucket/{i}", null, default)))
        );
        Assert.Equal(
            Enumerable.Range(3, 12),
            made.Select(version => int.Parse(version.Version, System.Globalization.CultureInfo.InvariantCulture)).Order()
        );
        Assert.Equal(14, (await store.ListModelVersionsAsync(Classifier, default)).Count);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Deleted_experiments_are_listed_from_the_trash()
    {
        var (store, root, ids) = Copy("2.22");
        Directory.CreateDirectory(Path.Combine(root, ".trash"));
        var meta = Path.Combine(root, ids.ScratchExperiment, "meta.yaml");
        await File.WriteAllTextAsync(
            meta,
            (await File.ReadAllTextAsync(meta)).Replace("lifecycle_stage: active", "lifecycle_stage: deleted", StringComparison.Ordinal)
        );
        Directory.Move(Path.Combine(root, ids.ScratchExperiment), Path.Combine(root, ".trash", ids.ScratchExperiment));
        Assert.Equal("deleted", (await store.ListExperimentsAsync(default)).Single(e => e.Id == ids.ScratchExperiment).LifecycleStage);
        Assert.NotNull(await store.FindRunAsync(ids.Run("failed"), default));
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task A_source_that_is_no_place_is_refused(string source)
    {
        var (store, _, _) = Copy("3.6");
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.CreateModelVersionAsync(Classifier, source, null, default));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_tag_below_another_tag_is_refused()
    {
        var (store, _, ids) = Copy("3.6");
        await store.SetRunTagAsync(ids.Run("baseline"), "a/b", "1", default);
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(ids.Run("baseline"), "a", "2", default));
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(ids.Run("baseline"), "phase/x", "2", default));
        Assert.Equal("1", (await store.FindRunAsync(ids.Run("baseline"), default))!.Tags["a/b"]);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_name_that_no_file_can_have_is_bad_input_and_not_a_store_out_of_reach()
    {
        // 200 letters are within MLflow's bounds; as UTF-8 they are 400 bytes. Taken for an outage, write-back would be tried for days.
        var (store, root, ids) = Copy("3.6");
        var name = new string('é', 200);
        foreach (
            var write in new Func<Task>[]
            {
                () => store.SetRunTagAsync(ids.Run("baseline"), name, "v", default),
                () => store.SetModelVersionTagAsync(Classifier, "1", "dir/" + name, "v", default),
                () => store.SetAliasAsync(Classifier, name, "1", default),
                () => store.CreateRegisteredModelAsync(name, default),
                () => store.OpenArtifacts(Path.Combine(root, "1")).PutAsync(name + "/file", "x"u8.ToArray(), default),
            }
        )
        {
            var failure = await Assert.ThrowsAnyAsync<BadInputException>(write);
            Assert.Contains("longer than the file system allows", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', failure.Message);
        }

        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(root, "*.tmp", SearchOption.AllDirectories), _ => true);
        await store.DisposeAsync();
    }

    private (IMlflowStore Store, string Root, FixtureIds Ids) Copy(string version)
    {
        var ids = new FixtureIds(version + "/file");
        var root = _folder.CopyOf(Path.Combine(ids.Folder, "mlruns"));
        return (MlflowStores.Open(new MlflowStoreOptions { TrackingUri = root, Time = _clock }), root, ids);
    }

    private static IReadOnlyDictionary<string, YamlNode> Meta(string root, string file) =>
        YamlReader.Read(File.ReadAllText(Path.Combine(root, "models", file)), file).Entries;

    private sealed class MovedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
