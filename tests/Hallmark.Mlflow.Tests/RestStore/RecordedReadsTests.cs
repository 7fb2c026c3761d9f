using System.Text;
using System.Text.Json;
using Hallmark.Mlflow.RestStore;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>What real MLflow servers said, replayed by Kestrel.</summary>
public sealed class RecordedReadsTests
{
    public static TheoryData<string> Versions => RestStores.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_run_read_from_the_server_is_the_run_in_its_database(string version)
    {
        await using var server = await StartAsync(version);
        await using var rest = RestStores.Open(server.Address);
        await using var sql = OpenDatabase(version);
        foreach (var name in new[] { "baseline", "tuned", "failed", "deleted", "child" })
        {
            var id = new FixtureIds(version + "/sqlite").Run(name);
            var actual = await rest.FindRunAsync(id, CancellationToken.None);
            var expected = await sql.FindRunAsync(id, CancellationToken.None);
            Assert.NotNull(actual);
            Assert.Equivalent(expected, actual, strict: true);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task No_param_metric_or_tag_that_the_server_named_is_missed(string version)
    {
        await using var server = await StartAsync(version);
        await using var store = RestStores.Open(server.Address);
        var seen = 0;
        foreach (
            var exchange in RecordedExchange
                .Read(version, "rest.jsonl")
                .Where(static e => e.RawPath.EndsWith("/runs/get", StringComparison.Ordinal) && e.Status == 200)
                .DistinctBy(static e => e.Query)
        )
        {
            using var document = JsonDocument.Parse(exchange.ResponseBody);
            var data = document.RootElement.GetProperty("run").GetProperty("data");
            var run = await store.FindRunAsync(
                document.RootElement.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!,
                CancellationToken.None
            );
            foreach (var (member, keys) in new[] { ("params", run!.Params.Keys), ("metrics", run.Metrics.Keys), ("tags", run.Tags.Keys) })
            {
                Assert.Equal(KeysOf(data, member), keys.ToHashSet(StringComparer.Ordinal));
                seen += keys.Count();
            }
        }

        Assert.True(seen > 50);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_version_a_model_and_an_alias_are_read_as_the_server_said_them(string version)
    {
        await using var server = await StartAsync(version);
        await using var store = RestStores.Open(server.Address);
        var first = await store.FindModelVersionAsync("iris-classifier", "1", CancellationToken.None);
        var second = await store.FindModelVersionAsync("iris-classifier", "2", CancellationToken.None);
        var model = await store.FindRegisteredModelAsync("iris-classifier", CancellationToken.None);
        Assert.Equal(["challenger"], first!.Aliases);
        Assert.Equal("Archived", first.CurrentStage);
        Assert.Equal("Erste Version – baseline", first.Description);
        Assert.Equal("failed", first.Tags["validation"]);
        Assert.Equal(["champion"], second!.Aliases);
        Assert.Equal("Production", second.CurrentStage);
        Assert.Equal(new FixtureIds(version + "/sqlite").Run("tuned"), second.RunId);
        Assert.Equal(new Dictionary<string, string> { ["challenger"] = "1", ["champion"] = "2" }, model!.Aliases);
        Assert.Equal("klein", model.Tags["größe"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_does_not_exist_is_nothing_and_no_error(string version)
    {
        await using var server = await StartAsync(version);
        await using var store = RestStores.Open(server.Address);
        Assert.Null(await store.FindRunAsync("00000000000000000000000000000000", CancellationToken.None));
        Assert.Null(await store.FindRunAsync("no such run!", CancellationToken.None));
        Assert.Null(await store.FindRegisteredModelAsync("no such", CancellationToken.None));
        Assert.Null(await store.FindModelVersionAsync("iris-classifier", "99", CancellationToken.None));
        Assert.Null(await store.FindLoggedModelAsync("m-00000000000000000000000000000000", CancellationToken.None));
        Assert.Null(await store.FindTraceAsync("00000000000000000000000000000000", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_trace_is_read_with_all_its_tags_and_metadata(string version)
    {
        await using var server = await StartAsync(version);
        await using var store = RestStores.Open(server.Address);
        await using var sql = OpenDatabase(version);
        foreach (
            var (name, id) in new FixtureIds(version + "/sqlite").Traces.Where(static t => t.Key is "classify-fails" or "classify-batch")
        )
        {
            if (name == "classify-batch" && !id.StartsWith("tr-", StringComparison.Ordinal))
            {
                continue; // not recorded on MLflow 2
            }

            Assert.Equivalent(
                await sql.FindTraceAsync(id, CancellationToken.None),
                await store.FindTraceAsync(id, CancellationToken.None),
                strict: true
            );
        }
    }

    [Fact]
    public async Task Assessments_and_a_logged_models_metrics_are_those_in_the_database()
    {
        await using var server = await StartAsync("3.6");
        await using var store = RestStores.Open(server.Address);
        await using var sql = OpenDatabase("3.6");
        var ids = new FixtureIds("3.6/sqlite");
        var assessments = await store.ListAssessmentsAsync(ids.Traces["classify"], CancellationToken.None);
        Assert.Equal(3, assessments.Count);
        Assert.Equivalent(await sql.ListAssessmentsAsync(ids.Traces["classify"], CancellationToken.None), assessments, strict: true);
        foreach (var model in new[] { "baseline", "tuned" })
        {
            var metrics = await store.ReadLoggedModelMetricsAsync(ids.LoggedModel(model)!, CancellationToken.None);
            Assert.NotEmpty(metrics);
            Assert.Equal(await sql.ReadLoggedModelMetricsAsync(ids.LoggedModel(model)!, CancellationToken.None), metrics);
        }
    }

    [Fact]
    public async Task A_logged_model_is_read_with_its_params_and_tags()
    {
        await using var server = await StartAsync("3.6");
        await using var store = RestStores.Open(server.Address);
        var id = new FixtureIds("3.6/sqlite").LoggedModel("tuned")!;
        var model = await store.FindLoggedModelAsync(id, CancellationToken.None);
        Assert.Equal("iris-classifier", model!.Name);
        Assert.Equal(new FixtureIds("3.6/sqlite").Run("tuned"), model.SourceRunId);
        Assert.Equal($"mlflow-artifacts:/1/models/{id}/artifacts", model.ArtifactUri);
        Assert.Equal("LOGGED_MODEL_READY", model.Status);
        Assert.Equal("zweiter Versuch – größeres C", model.Params["note"]);
        Assert.Equal("candidate", model.Tags["stage"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_prefix_before_the_api_is_kept_and_a_wrong_one_is_explained(string version)
    {
        await using var server = await RecordedMlflowServer.StartAsync(
            RecordedExchange.Read(version, "rest.jsonl"),
            prefix: "/team/mlflow"
        );
        var id = new FixtureIds(version + "/sqlite").Run("baseline");
        await using var store = RestStores.Open(server.Address + "/team/mlflow/");
        Assert.NotNull(await store.FindRunAsync(id, CancellationToken.None));
        Assert.Equal(server.Address + "/team/mlflow", store.TrackingUri);
        await using var lost = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => lost.FindRunAsync(id, CancellationToken.None));
        Assert.Contains("tracking URI", Assert.Single(failure.Hints), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_artifact_whose_name_is_not_ascii_is_read_through_the_runs_own_route(string version)
    {
        await using var server = await StartAsync(version);
        await using var store = RestStores.Open(server.Address);
        var run = new FixtureIds(version + "/sqlite").Run("baseline");

        // Of the folder the run's own listing was recorded, of the file the run's own route.
        var artifacts = new ServerArtifactRepository(
            new MlflowHttp(
                new Uri(server.Address),
                new HttpClient(MlflowServerHandler.Create(allowInsecureTls: false)),
                MlflowCredentials.None,
                RestStores.Quick,
                TimeProvider.System
            ),
            new RecordedListing(run),
            "mlflow-artifacts:/1"
        );
        Assert.Equal("unicode name\n", Encoding.UTF8.GetString((await artifacts.ReadAllAsync("данные/файл ü.txt"))!));
    }

    [Fact]
    public async Task A_host_name_that_the_server_refuses_comes_with_the_setting_that_allows_it()
    {
        var refused = RecordedExchange.Read("3.6", "rest.jsonl").Single(static e => e.Name == "experiments.search, another Host header");
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = refused.Status;
            context.Response.ContentType = refused.ResponseHeaders["content-type"];
            await context.Response.Body.WriteAsync(refused.ResponseBody);
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.ListExperimentsAsync(CancellationToken.None));
        Assert.Equal(3, failure.ExitCode);
        Assert.Contains("--allowed-hosts", Assert.Single(failure.Hints), StringComparison.Ordinal);
    }

    private static HashSet<string> KeysOf(JsonElement data, string member) =>
        data.TryGetProperty(member, out var list) ? [.. list.EnumerateArray().Select(static i => i.GetProperty("key").GetString()!)] : [];

    private static Task<RecordedMlflowServer> StartAsync(string version) =>
        RecordedMlflowServer.StartAsync(RecordedExchange.Read(version, "rest.jsonl"));

    private static SqlMlflowStore OpenDatabase(string version) =>
        SqlMlflowStore.Open(
            new MlflowStoreOptions { TrackingUri = "sqlite:///" + ProjectFiles.TestData($"mlflow/{version}/sqlite/mlflow.db") }
        );

    /// <summary>Lists as the recording does, reads by the real routes.</summary>
    private sealed class RecordedListing(string run) : IArtifactRoutes
    {
        public Task<IReadOnlyList<ListedEntry>> ListAsync(string folder, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ListedEntry>>([new ListedEntry("файл ü.txt", IsFolder: false, 13)]);

        public MlflowRequest Download(string path) => new ProxiedRoutes(null!, $"1/{run}/artifacts").Download(path); // the request needs no server

        public MlflowRequest? Upload(string path, ReadOnlyMemory<byte> content) => null;
    }
}
