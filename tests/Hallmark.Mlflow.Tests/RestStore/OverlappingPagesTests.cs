using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>
/// MLflow's page tokens are offsets. Whatever is made or touched while the pages are read moves the last one of a page to the next page: it must not be told twice.
/// </summary>
public sealed class OverlappingPagesTests
{
    [Fact]
    public async Task A_trace_that_moved_to_the_next_page_is_listed_once()
    {
        await using var server = await ServeAsync("traces", Trace, ["c", "b"], ["b", "a"]);
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(["c", "b", "a"], (await store.ListTracesAsync("1", default).ToListAsync()).Select(trace => trace.TraceId));
    }

    [Fact]
    public async Task An_experiment_that_moved_to_the_next_page_is_listed_once()
    {
        await using var server = await ServeAsync("experiments", id => new JsonObject { ["experiment_id"] = id }, ["3", "2"], ["2", "1"]);
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(["1", "2", "3"], (await store.ListExperimentsAsync(default)).Select(experiment => experiment.Id));
    }

    [Fact]
    public async Task A_logged_model_that_moved_to_the_next_page_is_listed_once()
    {
        await using var server = await ServeAsync("models", LoggedModel, ["m-c", "m-b"], ["m-b", "m-a"]);
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(["m-c", "m-b", "m-a"], (await store.ListLoggedModelsAsync("1", default)).Select(model => model.ModelId));
    }

    [Fact]
    public async Task A_registered_model_that_moved_to_the_next_page_is_listed_once()
    {
        await using var server = await ServeAsync("registered_models", name => Model(name, isPrompt: false), ["a", "b"], ["b", "c"]);
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(["a", "b", "c"], (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name));
    }

    [Fact]
    public async Task A_prompt_that_moved_to_the_next_page_is_listed_once()
    {
        await using var server = await ServeAsync("registered_models", name => Model(name, isPrompt: true), ["a", "b"], ["b", "c"]);
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(["a", "b", "c"], (await store.ListPromptsAsync(default)).Select(model => model.Name));
    }

    [Fact]
    public async Task A_version_that_moved_to_the_next_page_is_listed_once_and_another_models_of_its_number_stays()
    {
        await using var server = await ServeAsync("model_versions", Version, ["m/10", "m/9"], ["m/9", "n/9", "m/1"]);
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(["1", "9", "10"], (await store.ListModelVersionsAsync("m", default)).Select(version => version.Version));
        Assert.Equal(
            ["m/1", "m/9", "m/10", "n/9"],
            (await store.ListModelVersionsOfRunAsync("r", default)).Select(version => version.Name + "/" + version.Version)
        );
    }

    [Fact]
    public async Task An_artifact_on_two_pages_of_one_folder_is_refused_as_on_one_page()
    {
        await using var server = await ServeAsync("files", File, ["a", "b"], ["b", "c"]);
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() =>
            store.OpenArtifacts(ServerSideFolder).ListFilesAsync("", default).ToListAsync()
        );
        Assert.Equal("the MLflow server lists the artifact 'b' twice", failure.Message);
    }

    [Fact]
    public async Task Artifacts_on_several_pages_are_listed_in_the_order_of_their_paths()
    {
        await using var server = await ServeAsync("files", File, ["d", "b"], ["c", "a"]);
        await using var store = RestStores.Open(server.Address);
        var entries = await store.OpenArtifacts(ServerSideFolder).ListFilesAsync("", default).ToListAsync();
        Assert.Equal(["a", "b", "c", "d"], entries.Select(entry => entry.Path));
    }

    // A run's artifacts in a folder of the server's machine, read by the route that has pages.
    private const string ServerSideFolder = "file:///srv/nowhere-of-this-machine/1/0123456789abcdef0123456789abcdef/artifacts";

    private static Task<LoopbackServer> ServeAsync(string member, Func<string, JsonObject> item, params string[][] pages) =>
        LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            if (context.Request.Path.Value!.EndsWith("registered-models/get", StringComparison.Ordinal)) // every request has a path
            {
                await context.Response.WriteAsync(
                    new JsonObject
                    {
                        ["registered_model"] = Model(context.Request.Query["name"].ToString(), isPrompt: false),
                    }.ToJsonString()
                );
                return;
            }

            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            var token =
                body.Length > 0 ? (string?)JsonNode.Parse(body)!["page_token"] : context.Request.Query["page_token"].FirstOrDefault();
            var number = token is null ? 0 : int.Parse(token, System.Globalization.CultureInfo.InvariantCulture);
            var page = new JsonObject { [member] = new JsonArray([.. pages[number].Select(item)]) };
            if (number + 1 < pages.Length)
            {
                page["next_page_token"] = (number + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            await context.Response.WriteAsync(page.ToJsonString());
        });

    private static JsonObject Trace(string id) =>
        new()
        {
            ["request_id"] = id,
            ["experiment_id"] = "1",
            ["timestamp_ms"] = 1,
            ["status"] = "OK",
        };

    private static JsonObject LoggedModel(string id) =>
        new()
        {
            ["info"] = new JsonObject { ["model_id"] = id, ["experiment_id"] = "1" },
        };

    private static JsonObject Model(string name, bool isPrompt) =>
        new()
        {
            ["name"] = name,
            ["tags"] = isPrompt ? new JsonArray(new JsonObject { ["key"] = Prompts.Tag, ["value"] = "true" }) : new JsonArray(),
        };

    private static JsonObject Version(string nameAndNumber) =>
        new()
        {
            ["name"] = nameAndNumber.Split('/')[0],
            ["version"] = nameAndNumber.Split('/')[1],
            ["run_id"] = "r",
        };

    private static JsonObject File(string path) =>
        new()
        {
            ["path"] = path,
            ["is_dir"] = false,
            ["file_size"] = 1,
        };
}
