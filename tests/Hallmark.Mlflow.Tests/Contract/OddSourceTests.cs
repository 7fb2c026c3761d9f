using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.SqlStore;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>Sources of model versions as people give them, and prompts among the versions: every store that can be written here does the same.</summary>
public sealed class OddSourceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Classifier = "iris-classifier";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => PostgresServer.FindPrograms() is null ? ["file", "sqlite"] : ["file", "sqlite", "postgres"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_source_that_is_no_text_on_one_line_is_refused_and_takes_no_number(string kind)
    {
        var (store, _) = Open(kind);
        await using (store)
        {
            foreach (var source in new[] { "", "\n", "s3://bucket/a\nb", "s3://bucket/a\0b", "s3://bucket/\u007f", "s3://bucket/\u0085" })
            {
                var failure = await Assert.ThrowsAsync<BadInputException>(() =>
                    store.CreateModelVersionAsync(Classifier, source, null, default)
                );
                Assert.Equal("The source of a model version is empty or has control characters in it", failure.Message);
            }

            Assert.Equal("3", (await store.CreateModelVersionAsync(Classifier, "s3://bucket/größe 🌸 %20?x=y#z", null, default)).Version);
            Assert.Equal("s3://bucket/größe 🌸 %20?x=y#z", (await store.FindModelVersionAsync(Classifier, "3", default))!.Source);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_source_that_names_a_model_by_version_or_alias_is_no_logged_model_though_its_name_begins_alike(string kind)
    {
        var (store, ids) = Open(kind);
        await using (store)
        {
            foreach (var source in new[] { "models:/m-1/2", "models:/m-1@champion", "models:/M-1", "models:/other/1" })
            {
                var made = await store.CreateModelVersionAsync(Classifier, source, null, default);
                Assert.Equal((source, null), (made.Source, made.RunId));
            }

            await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
                store.CreateModelVersionAsync(Classifier, "models:/m-1", null, default)
            );
            var logged = ids.LoggedModel("tuned")!;
            Assert.Equal(ids.Run("tuned"), (await store.CreateModelVersionAsync(Classifier, "models:/" + logged, null, default)).RunId);
            Assert.Equal(
                ids.Run("baseline"),
                (await store.CreateModelVersionAsync(Classifier, "models:/" + logged, ids.Run("baseline"), default)).RunId
            );
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_version_that_is_marked_as_a_prompts_is_none_of_a_runs_versions(string kind)
    {
        var (store, ids) = Open(kind);
        await using (store)
        {
            var run = ids.Run("tuned");
            await store.CreateRegisteredModelAsync("asked", default);
            await store.SetRegisteredModelTagAsync("asked", Prompts.Tag, "True", default);
            await store.CreateModelVersionAsync("asked", "prompt-template", run, default);
            await store.SetModelVersionTagAsync("asked", "1", Prompts.Tag, "True", default);
            Assert.Equal([Classifier], (await store.ListModelVersionsOfRunAsync(run, default)).Select(version => version.Name).Distinct());
            Assert.Empty(await store.ListModelVersionsAsync("asked", default));
            Assert.Equal(["1"], (await store.ListPromptVersionsAsync("asked", default)).Select(version => version.Version));
            Assert.DoesNotContain("asked", (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name));
            Assert.Contains("asked", (await store.ListPromptsAsync(default)).Select(model => model.Name));

            // A prompt is looked up by its name like a model, as MLflow does.
            Assert.Equal("prompt-template", (await store.FindModelVersionAsync("asked", "1", default))!.Source);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_tag_of_that_name_with_another_value_makes_no_prompt(string kind)
    {
        var (store, ids) = Open(kind);
        await using (store)
        {
            await store.SetRegisteredModelTagAsync(Classifier, Prompts.Tag, "false", default);
            await store.SetModelVersionTagAsync(Classifier, "2", Prompts.Tag, "", default);
            Assert.Equal(["1", "2"], (await store.ListModelVersionsAsync(Classifier, default)).Select(version => version.Version));
            Assert.Empty(await store.ListPromptVersionsAsync(Classifier, default));
            Assert.Equal(
                ["2"],
                (await store.ListModelVersionsOfRunAsync(ids.Run("tuned"), default))
                    .Where(version => version.Name == Classifier)
                    .Select(version => version.Version)
            );
        }
    }

    private (IMlflowStore Store, FixtureIds Ids) Open(string kind)
    {
        var ids = new FixtureIds(kind == "file" ? "3.6/file" : "3.6/sqlite");
        var uri = kind switch
        {
            "file" => _folder.CopyOf(Path.Combine(ids.Folder, "mlruns")),
            "sqlite" => "sqlite:///" + Path.Combine(_folder.CopyOf(ids.Folder), "mlflow.db"),
            _ => postgres.CopyOf("3.6"),
        };
        return (MlflowStores.Open(new MlflowStoreOptions { TrackingUri = uri }), ids);
    }
}
