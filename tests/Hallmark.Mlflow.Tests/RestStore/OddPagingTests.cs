using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Listings in pages as servers really cut them, and as they should not. A run that is missed is never anchored; a listing without end hangs every command.</summary>
public sealed class OddPagingTests
{
    // What a token may be made of: it is the server's, and goes back as it came.
    private static readonly string[] OddTokens =
    [
        "eyJvZmZzZXQiOiAyMDB9",
        "a b&c=d#e?f",
        "\"quoted\\\"",
        "größe/😀",
        "%2F%00",
        "+",
        "../..",
        new('t', 4_096),
    ];

    [Fact]
    public async Task Pages_of_any_size_are_walked_to_the_last_one_and_every_token_goes_back_as_it_came()
    {
        int[] sizes = [0, 2, 0, 0, 3, 1, 0, 1, 0];
        var sent = new List<string?>();
        await using var server = await ServeAsync(body =>
        {
            var token = (string?)body?["page_token"];
            sent.Add(token);
            var page = token is null ? 0 : Array.IndexOf(OddTokens, token) + 1;
            var runs = Enumerable.Range(0, sizes[page]).Select(i => Run($"r{page}x{i}"));
            return Page("runs", runs, page < OddTokens.Length ? OddTokens[page] : null);
        });
        await using var store = RestStores.Open(server.Address);
        var runs = await store.ListRunsAsync("1", default).ToListAsync();
        Assert.Equal(["r1x0", "r1x1", "r4x0", "r4x1", "r4x2", "r5x0", "r7x0"], runs.Select(run => run.RunId));
        Assert.Equal([null, .. OddTokens], sent);
    }

    [Fact]
    public async Task A_token_in_an_address_is_escaped_and_comes_back_as_it_was()
    {
        var sent = new List<string>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            var token = context.Request.Query["page_token"].ToString();
            sent.Add(token);
            var page = token.Length == 0 ? 0 : Array.IndexOf(OddTokens, token) + 1;
            context.Response.ContentType = "application/json";
            var points = new[]
            {
                new JsonObject
                {
                    ["key"] = "loss",
                    ["value"] = page,
                    ["timestamp"] = page,
                    ["step"] = page,
                },
            };
            await context.Response.WriteAsync(Page("metrics", points, page < OddTokens.Length ? OddTokens[page] : null));
        });
        await using var store = RestStores.Open(server.Address);
        var history = await store.ReadMetricHistoryAsync("r", "loss", default);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => (double)i), history.Select(point => point.Value));
        Assert.Equal(["", .. OddTokens], sent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(40)]
    public async Task A_listing_that_comes_back_to_an_earlier_page_ends_however_long_the_circle_is(int length)
    {
        await using var server = await ServeAsync(body =>
        {
            // Three pages lead into the circle.
            var at = (string?)body?["page_token"] is { } token ? int.Parse(token, null) : 0;
            var next = at < length + 2 ? at + 1 : 3;
            return Page("runs", [Run("r" + at)], next.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListRunsAsync("1", default).ToListAsync());
        Assert.Contains("in circles", failure.Message, StringComparison.Ordinal);
        Assert.InRange(server.Asked.Count, length, 4 * (length + 4));
    }

    [Fact]
    public async Task Three_hundred_pages_are_no_circle()
    {
        await using var server = await ServeAsync(body =>
        {
            var at = (string?)body?["page_token"] is { } token ? int.Parse(token, null) : 0;
            return Page("runs", [Run("r" + at)], at < 299 ? (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : "");
        });
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(300, (await store.ListRunsAsync("1", default).ToListAsync()).DistinctBy(run => run.RunId).Count());
    }

    [Fact]
    public async Task A_run_that_moved_to_the_next_page_while_another_one_began_is_listed_once()
    {
        await using var server = await ServeAsync(body =>
            (string?)body?["page_token"] is null ? Page("runs", [Run("c"), Run("b")], "2") : Page("runs", [Run("b"), Run("a")], null)
        );
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(["c", "b", "a"], (await store.ListRunsAsync("1", default).ToListAsync()).Select(run => run.RunId));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("true")]
    [InlineData("[\"x\"]")]
    [InlineData("{\"token\":\"x\"}")]
    public async Task A_token_that_is_no_text_is_refused_and_not_taken_for_the_end(string token)
    {
        await using var server = await ServeAsync(_ => $$"""{"runs": [], "next_page_token": {{token}}}""");
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListRunsAsync("1", default).ToListAsync());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"runs": null}""")]
    [InlineData("""{"runs": [], "next_page_token": null}""")]
    [InlineData("""{"runs": [], "next_page_token": ""}""")]
    public async Task An_empty_listing_may_be_written_in_several_ways(string answer)
    {
        await using var server = await ServeAsync(_ => answer);
        await using var store = RestStores.Open(server.Address);
        Assert.Empty(await store.ListRunsAsync("1", default).ToListAsync());
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData("""{"runs": {}}""")]
    [InlineData("""{"runs": "none"}""")]
    [InlineData("""{"runs": [7]}""")]
    [InlineData("""{"runs": [null]}""")]
    [InlineData("""{"runs": [{}]}""")]
    public async Task A_listing_that_is_none_is_refused_and_not_taken_for_empty(string answer)
    {
        await using var server = await ServeAsync(_ => answer);
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListRunsAsync("1", default).ToListAsync());
    }

    private static Task<LoopbackServer> ServeAsync(Func<JsonNode?, string> answer) =>
        LoopbackServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer(body.Length == 0 ? null : JsonNode.Parse(body)));
        });

    private static string Page(string member, IEnumerable<JsonNode> items, string? token)
    {
        var page = new JsonObject { [member] = new JsonArray([.. items]) };
        if (token is not null)
        {
            page["next_page_token"] = token;
        }

        return page.ToJsonString(new JsonSerializerOptions());
    }

    private static JsonObject Run(string id) =>
        new()
        {
            ["info"] = new JsonObject
            {
                ["run_id"] = id,
                ["experiment_id"] = "1",
                ["status"] = "FINISHED",
                ["artifact_uri"] = "s3://bucket/" + id,
                ["lifecycle_stage"] = "active",
            },
            ["data"] = new JsonObject(),
        };
}
