using System.Text.Json;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>
/// Everything that MLflow's own Python client asked and was told while it filled the fixtures (<c>client.jsonl</c>), replayed by Kestrel: our store asks for the
/// same, and what it writes is what the client wrote.
/// </summary>
public sealed class ClientRecordingTests
{
    private const string A2 = "/api/2.0/mlflow/";

    public static TheoryData<string> Versions => RestStores.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Each_answer_about_a_run_that_the_client_got_is_read_whole(string version)
    {
        await using var server = await ReplayAsync(version);
        await using var store = RestStores.Open(server.Address);
        var read = 0;
        foreach (var (exchange, json) in Answers(version, "GET", path => path == A2 + "runs/get"))
        {
            var said = json.GetProperty("run");
            var run = await store.FindRunAsync(said.GetProperty("info").GetProperty("run_id").GetString()!, default);
            Assert.NotNull(run);
            Assert.Equal(said.GetProperty("info").GetProperty("status").GetString(), run.Status);
            foreach (
                var (member, count) in new[] { ("params", run.Params.Count), ("metrics", run.Metrics.Count), ("tags", run.Tags.Count) }
            )
            {
                var expected = said.GetProperty("data").TryGetProperty(member, out var list) ? list.GetArrayLength() : 0;
                Assert.True(expected == count, $"{exchange.Number} {member}: {count} of {expected}");
            }

            read++;
        }

        Assert.True(read >= 6, $"{read} runs");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Versions_and_models_read_as_the_client_was_told(string version)
    {
        await using var server = await ReplayAsync(version);
        await using var store = RestStores.Open(server.Address);
        foreach (var (_, json) in Answers(version, "GET", path => path == A2 + "model-versions/get"))
        {
            var said = json.GetProperty("model_version");
            var (name, number) = (said.GetProperty("name").GetString()!, said.GetProperty("version").GetString()!);
            var read = await store.FindModelVersionAsync(name, number, default);
            Assert.NotNull(read);
            Assert.Equal(said.GetProperty("source").GetString(), read.Source);
            Assert.Equal(said.GetProperty("current_stage").GetString(), read.CurrentStage);
            Assert.Equal(said.TryGetProperty("tags", out var tags) ? tags.GetArrayLength() : 0, read.Tags.Count);
        }

        foreach (var exchange in RecordedExchange.Read(version, "client.jsonl").Where(one => one.Path == A2 + "registered-models/get"))
        {
            var read = await store.FindRegisteredModelAsync(exchange.Query["name=".Length..], default);
            if (exchange.Status == 404)
            {
                Assert.Null(read);
                continue;
            }

            using var answer = JsonDocument.Parse(exchange.ResponseBody);
            var said = answer.RootElement.GetProperty("registered_model");
            Assert.NotNull(read);
            Assert.Equal(said.TryGetProperty("aliases", out var aliases) ? aliases.GetArrayLength() : 0, read.Aliases.Count);
        }
    }

    [Fact]
    public async Task A_logged_model_is_followed_through_its_life_from_pending_to_ready_with_its_metrics()
    {
        await using var server = await ReplayAsync("3.6");
        await using var store = RestStores.Open(server.Address);
        var read = 0;
        foreach (var (_, json) in Answers("3.6", "GET", path => path.StartsWith(A2 + "logged-models/m-", StringComparison.Ordinal)))
        {
            var said = json.GetProperty("model");
            var id = said.GetProperty("info").GetProperty("model_id").GetString()!;
            var model = await store.FindLoggedModelAsync(id, default);
            Assert.NotNull(model);
            Assert.Equal(said.GetProperty("info").GetProperty("status").GetString(), model.Status);
            Assert.Equal(
                said.TryGetProperty("data", out var data) && data.TryGetProperty("params", out var pairs) ? pairs.GetArrayLength() : 0,
                model.Params.Count
            );
            read++;
        }

        Assert.True(read > 10, $"{read} models");
        await using var sql = OpenDatabase("3.6");
        var tuned = new FixtureIds("3.6/sqlite").LoggedModel("tuned")!;
        var last = Answers("3.6", "GET", path => path == A2 + "logged-models/" + tuned).Last().Json.GetProperty("model");
        var metrics = await store.ReadLoggedModelMetricsAsync(tuned, default);
        Assert.Equal(last.GetProperty("data").GetProperty("metrics").GetArrayLength(), metrics.Count);
        Assert.Subset((await sql.ReadLoggedModelMetricsAsync(tuned, default)).ToHashSet(), metrics.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_trace_that_the_client_read_last_is_the_one_in_the_database(string version)
    {
        await using var server = await ReplayAsync(version);
        await using var store = RestStores.Open(server.Address);
        await using var sql = OpenDatabase(version);
        var id = new FixtureIds(version + "/sqlite").Traces["classify"];
        var trace = await store.FindTraceAsync(id, default);
        var written = await sql.FindTraceAsync(id, default);
        Assert.NotNull(trace);
        Assert.NotNull(written);
        Assert.Equal(
            (written.Status, written.Timestamp, written.ExecutionTime, written.ExperimentId),
            (trace.Status, trace.Timestamp, trace.ExecutionTime, trace.ExperimentId)
        );
        Assert.Equal(written.Tags.Keys.Order(StringComparer.Ordinal), trace.Tags.Keys.Order(StringComparer.Ordinal));
        var assessments = await store.ListAssessmentsAsync(id, default);
        Assert.Equivalent(await sql.ListAssessmentsAsync(id, default), assessments, strict: true);
        Assert.Equal(version == "3.6" ? 3 : 0, assessments.Count);
    }

    /// <summary>The replay knows only the client's own requests: method, path and JSON body must be the same, or the answer is a 404.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_we_write_is_to_the_byte_of_its_JSON_what_the_client_writes(string version)
    {
        var recording = RecordedExchange.Read(version, "client.jsonl");
        await using var server = await ReplayAsync(version);
        await using var store = RestStores.Open(server.Address);
        var written = 0;
        foreach (var exchange in recording.Where(exchange => exchange.Status == 200 && exchange.RequestBody is { Length: > 0 }))
        {
            written += await RepeatAsync(store, exchange) ? 1 : 0;
        }

        Assert.True(written >= 20, $"{written} writes");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_model_that_the_client_made_twice_is_a_conflict_for_us_too(string version)
    {
        var refused = RecordedExchange
            .Read(version, "client.jsonl")
            .Where(exchange => exchange.Path == A2 + "registered-models/create" && exchange.Status == 400)
            .ToList();
        Assert.NotEmpty(refused);
        foreach (var exchange in refused)
        {
            using var document = JsonDocument.Parse(exchange.RequestBody);
            if (document.RootElement.EnumerateObject().Count() > 1)
            {
                continue; // with tags and description, which we never send
            }

            await using var server = await RecordedMlflowServer.StartAsync([exchange]);
            await using var store = RestStores.Open(server.Address);
            await Assert.ThrowsAsync<MlflowConflictException>(() =>
                store.CreateRegisteredModelAsync(document.RootElement.GetProperty("name").GetString()!, default)
            );
        }
    }

    private static async Task<bool> RepeatAsync(IMlflowStore store, RecordedExchange exchange)
    {
        using var document = JsonDocument.Parse(
            exchange.Path.StartsWith(A2, StringComparison.Ordinal) ? exchange.RequestBody : "{}"u8.ToArray()
        );
        var body = document.RootElement;
        switch (exchange.Method, exchange.Path[Math.Min(A2.Length, exchange.Path.Length)..])
        {
            case ("POST", "model-versions/set-tag"):
                await store.SetModelVersionTagAsync(Text("name"), Text("version"), Text("key"), Text("value"), default);
                return true;
            case ("POST", "registered-models/set-tag"):
                await store.SetRegisteredModelTagAsync(Text("name"), Text("key"), Text("value"), default);
                return true;
            case ("POST", "registered-models/alias"):
                await store.SetAliasAsync(Text("name"), Text("alias"), Text("version"), default);
                return true;
            case ("POST", "model-versions/transition-stage"):
                var moved = body.GetProperty("archive_existing_versions").GetBoolean();
                await store.TransitionStageAsync(Text("name"), Text("version"), Text("stage"), moved, default);
                return true;
            case ("PATCH", var path)
                when path.StartsWith("traces/", StringComparison.Ordinal) && path.EndsWith("/tags", StringComparison.Ordinal):
                if (Text("value").Length < 200)
                {
                    await store.SetTraceTagAsync(path.Split('/')[1], Text("key"), Text("value"), default);
                }

                return true;
            default:
                return false;
        }

        string Text(string name) => body.GetProperty(name).GetString()!;
    }

    private static IEnumerable<(RecordedExchange Exchange, JsonElement Json)> Answers(
        string version,
        string method,
        Func<string, bool> isPath
    ) =>
        RecordedExchange
            .Read(version, "client.jsonl")
            .Where(exchange => exchange.Method == method && exchange.Status == 200 && isPath(exchange.Path))
            .Select(exchange =>
            {
                using var document = JsonDocument.Parse(exchange.ResponseBody);
                return (exchange, document.RootElement.Clone());
            });

    private static Task<RecordedMlflowServer> ReplayAsync(string version) =>
        RecordedMlflowServer.StartAsync(RecordedExchange.Read(version, "client.jsonl"), asksForLess: true);

    private static SqlMlflowStore OpenDatabase(string version) =>
        SqlMlflowStore.Open(
            new MlflowStoreOptions { TrackingUri = "sqlite:///" + ProjectFiles.TestData($"mlflow/{version}/sqlite/mlflow.db") }
        );
}
