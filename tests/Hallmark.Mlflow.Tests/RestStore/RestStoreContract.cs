using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing.Fixture;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>The contract over HTTP: each test has a server of its own on a copy of the database that a real MLflow server left.</summary>
public abstract class RestStoreContract(string version) : WritableStoreContract(version + "/sqlite"), IAsyncLifetime
{
    private FixtureMlflowServer? _server;

    protected override bool KeepsEveryDouble => false;

    private protected FixtureMlflowServer Server => _server ?? throw new InvalidOperationException("not started");

    public async Task InitializeAsync() => _server = await FixtureMlflowServer.StartAsync(version);

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    protected override IMlflowStore Open() => RestStores.Open(Server.Address);

    protected override IMlflowStore OpenCopy(TemporaryFolder folder) => Open();

    [Fact]
    public async Task Looking_for_an_artifact_that_is_not_there_costs_one_question_and_not_245_seconds_of_retries()
    {
        await using var store = Open();
        var artifacts = store.OpenArtifacts((await FindRun("tuned")).ArtifactUri);
        var before = Server.Asked.Count;
        Assert.Null(await artifacts.OpenReadAsync("model/MLmodel.missing", default));
        var asked = Server.Asked.Skip(before).ToList();
        Assert.Contains("mlflow-artifacts/artifacts?path=", Assert.Single(asked).Target);
    }

    [Fact]
    public async Task A_tree_that_was_listed_is_read_with_one_request_for_each_file()
    {
        await using var store = Open();
        var artifacts = store.OpenArtifacts((await FindRun("baseline")).ArtifactUri);
        var files = await ToList(artifacts.ListFilesAsync("", default));
        var before = Server.Asked.Count;
        foreach (var file in files)
        {
            Assert.NotNull(await artifacts.ReadAllAsync(file.Path));
        }

        Assert.Equal(files.Count, Server.Asked.Count - before);
    }

    [Fact]
    public async Task Every_body_is_sent_with_its_length_because_MLflow_3_loses_the_others()
    {
        await using var store = Open();
        await store.SetRunTagAsync(Ids.Run("baseline"), "k", "v", default);
        await store.SetTraceTagAsync(Ids.Traces["classify"], "k", "v", default);
        await store.DeleteAliasAsync("iris-classifier", "champion", default);
        await store.OpenArtifacts((await FindRun("baseline")).ArtifactUri).PutAsync("ario/x.json", new byte[100_000], default);
        var bodies = Server.Asked.Where(request => request.Method != "GET").ToList();
        Assert.Equal(4, bodies.Count);
        Assert.All(bodies, request => Assert.True(request.ContentLength > 0 && request.TransferEncoding.Length == 0));
    }

    [Fact]
    public async Task A_tag_that_the_server_cut_is_reported_and_not_taken_for_written()
    {
        await using var store = Open();
        var value = new string('x', 7000);
        if (version == "2.14")
        {
            await Assert.ThrowsAnyAsync<Core.Failures.BadInputException>(() =>
                store.SetRunTagAsync(Ids.Run("baseline"), "long", value, default)
            );
        }
        else
        {
            await store.SetRunTagAsync(Ids.Run("baseline"), "long", value, default);
            Assert.Equal(value, (await FindRun("baseline")).Tags["long"]);
        }
    }

    [Fact]
    public async Task A_name_with_both_kinds_of_quotes_is_found_although_no_filter_can_say_it()
    {
        const string Name = "it's \"quoted\" `so` \\ too";
        await using var store = Open();
        await store.CreateRegisteredModelAsync(Name, default);
        await store.CreateModelVersionAsync(Name, Ids.Version("2", "source"), Ids.Run("tuned"), default);
        Assert.Equal("1", Assert.Single(await store.ListModelVersionsAsync(Name, default)).Version);
        Assert.Equal(2, (await store.ListModelVersionsAsync("iris-classifier", default)).Count);
    }
}
