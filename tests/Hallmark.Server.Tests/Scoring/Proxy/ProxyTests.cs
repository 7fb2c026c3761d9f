using System.Net;
using System.Text;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring.Proxy;

/// <summary>In front of another server: bytes go there and back as they are, and the record commits to them.</summary>
public sealed class ProxyTests
{
    [PeerFact("node")]
    public async Task A_request_reaches_the_server_behind_byte_for_byte_and_without_the_callers_other_headers()
    {
        const string Body = "{ \"inputs\" : [ 1.0,\t1e2 ],\n \"params\" : {\"b\":1, \"a\":2} }\n";
        await using var scene = await ProxyScene.StartAsync();
        scene.Client.DefaultRequestHeaders.Add("Authorization", "Bearer of-the-caller");
        scene.Client.DefaultRequestHeaders.Add("Cookie", "a=b");
        scene.Client.DefaultRequestHeaders.Add("Proxy-Authorization", "Basic eDp5");
        scene.Client.DefaultRequestHeaders.Add("X-Other", "1");
        scene.Client.DefaultRequestHeaders.TE.ParseAdd("trailers");

        using var response = await scene.PostAsync(Body, "test/spaced", "Application/JSON; charset=UTF-8");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var asked = Assert.Single(await scene.Upstream.AskedAsync());
        Assert.Equal("/invocations", asked["url"]!.GetValue<string>());
        Assert.Equal(Body, Encoding.UTF8.GetString(Convert.FromBase64String(asked["body"]!.GetValue<string>())));
        Assert.Equal(
            ["accept", "connection", "content-length", "content-type", "host"],
            asked["headers"]!.AsObject().Select(header => header.Key).Where(name => name != "connection").Append("connection").Order()
        );
        Assert.Equal("Application/JSON; charset=UTF-8", asked["headers"]!["content-type"]!.GetValue<string>());
        Assert.Equal(ProxyScene.HashOf("""{"inputs":[1,100],"params":{"a":2,"b":1}}"""), scene.Recorded.Facts.InputHash);
    }

    public static TheoryData<string, string, string> Inputs { get; } =
        new()
        {
            { """{"inputs":[1]}""", "application/json", """{"inputs":[1]}""" },
            {
                """{"dataframe_split":{"data":[[1]],"columns":["a"]}}""",
                "application/json",
                """{"dataframe_split":{"columns":["a"],"data":[[1]]}}"""
            },
            { """{"messages":[{"role":"user"}],"n":1}""", "application/json", """{"messages":[{"role":"user"}],"n":1}""" },
            { """{"inputs":[1],"extra":true}""", "application/json", """{"extra":true,"inputs":[1]}""" },
            { """{"inputs":[1],"params":null}""", "application/json", """{"inputs":[1],"params":null}""" },
            { """{"inputs":[1],"instances":[2]}""", "application/json", """{"inputs":[1],"instances":[2]}""" },
            { "[1, 2]", "application/json", """{"features":[1,2]}""" },
            { "a,b\n\"1,\n\",2\n", "text/csv", """{"csv":"a,b\n\"1,\n\",2\n"}""" },
        };

    [PeerTheory("node")]
    [MemberData(nameof(Inputs))]
    public async Task The_record_commits_to_all_of_what_was_sent(string body, string type, string canonical)
    {
        await using var scene = await ProxyScene.StartAsync();

        using var response = await scene.PostAsync(body, type: type);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(ProxyScene.HashOf(canonical), scene.Recorded.Facts.InputHash);
        Assert.Equal(ProxyScene.HashOf("""{"prediction":[0]}"""), scene.Recorded.Facts.OutputHash);
        Assert.Null(scene.Recorded.Options.Metadata);
        var asked = Assert.Single(await scene.Upstream.AskedAsync());
        Assert.Equal(body, Encoding.UTF8.GetString(Convert.FromBase64String(asked["body"]!.GetValue<string>())));
    }

    [PeerFact("node")]
    public async Task A_body_of_another_type_is_handed_on_and_committed_to_as_bytes_and_the_record_says_so()
    {
        byte[] body = [.. Enumerable.Range(0, 256).Select(one => (byte)one)];
        await using var scene = await ProxyScene.StartAsync();

        using var response = await scene.PostAsync(body, "test/bytes", "application/x-parquet; v=1");

        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/x-tensor", response.Content.Headers.ContentType!.ToString());
        var asked = Assert.Single(await scene.Upstream.AskedAsync());
        Assert.Equal(body, Convert.FromBase64String(asked["body"]!.GetValue<string>()));
        var (facts, options) = scene.Recorded;
        var hash = ProxyScene.HashOf(body);
        Assert.Equal(
            ProxyScene.HashOf($$$"""{"bytes":{"length":256,"media_type":"application/x-parquet; v=1","sha256":"{{{hash}}}"}}"""),
            facts.InputHash
        );
        Assert.Equal(
            ProxyScene.HashOf($$$"""{"bytes":{"length":256,"media_type":"application/x-tensor","sha256":"{{{hash}}}"}}"""),
            facts.OutputHash
        );
        Assert.Equal("""{"input":"bytes","output":"bytes"}""", options.Metadata!["payload_forms"]!.ToJsonString());
    }

    public static TheoryData<string, int, string?, string, string?, string?> Answers { get; } =
        new()
        {
            {
                "test/spaced",
                200,
                "application/json; charset=utf-8; odd=1",
                "{ \"predictions\" : [ 1.0, 2e0 ] }\n",
                """{"prediction":[1,2]}""",
                null
            },
            { "test/created", 201, "application/json", """{"predictions":[3]}""", """{"prediction":[3]}""", null },
            { "test/untyped", 200, null, """{"predictions":[4]}""", """{"prediction":[4]}""", null },
            {
                "test/beside",
                200,
                "application/json",
                """{"predictions":[1],"model":"b"}""",
                """{"answer":{"model":"b","predictions":[1]}}""",
                "answer"
            },
            { "test/bare", 200, "application/json", "[1.5, 2]", """{"answer":[1.5,2]}""", "answer" },
            {
                "test/nan",
                200,
                "application/json",
                """{"predictions": [NaN, 1]}""",
                """{"numbers":{"/0":"NaN"},"prediction":[null,1]}""",
                null
            },
            {
                "test/nan-beside",
                200,
                "application/json",
                """{"predictions": [-Infinity], "model": "b"}""",
                """{"answer":{"model":"b","predictions":[null]},"numbers":{"/predictions/0":"-Infinity"}}""",
                "answer"
            },
            {
                "test/long",
                200,
                "application/json",
                """{"predictions": [9007199254740993]}""",
                """{"numbers":{"/0":"9007199254740993"},"prediction":[null]}""",
                null
            },
            { "test/no-json", 200, "application/json", """{"predictions": [nan]}""", null, "bytes" },
        };

    [PeerTheory("node")]
    [MemberData(nameof(Answers))]
    public async Task An_answer_comes_back_byte_for_byte_with_its_status_and_type_and_a_receipt(
        string mode,
        int status,
        string? type,
        string body,
        string? canonical,
        string? form
    )
    {
        await using var scene = await ProxyScene.StartAsync();

        using var response = await scene.PostAsync("""{"inputs":[1]}""", mode);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        var (facts, options) = scene.Recorded;
        Assert.Equal(facts.DecisionId, Assert.Single(response.Headers.GetValues("Hallmark-Decision-Id")));
        Assert.Equal("logged", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
        canonical ??= $$$"""{"bytes":{"length":{{{body.Length}}},"media_type":"{{{type}}}","sha256":"{{{ProxyScene.HashOf(body)}}}"}}""";
        Assert.Equal(ProxyScene.HashOf(canonical), facts.OutputHash);
        Assert.Equal(form, options.Metadata?["payload_forms"]?["output"]?.GetValue<string>());
    }

    [PeerFact("node")]
    public async Task Headers_of_the_hop_and_those_that_speak_in_our_name_do_not_come_back()
    {
        await using var scene = await ProxyScene.StartAsync();

        using var response = await scene.PostAsync("""{"inputs":[1]}""", "test/hop");

        Assert.Equal(
            ["Date", "Hallmark-Decision-Id", "Hallmark-Receipt", "Hallmark-Receipt-State", "X-Content-Type-Options"],
            response.Headers.Select(header => header.Key).Order()
        );
        Assert.Equal(scene.Recorded.Facts.DecisionId, Assert.Single(response.Headers.GetValues("Hallmark-Decision-Id")));
        Assert.Equal("logged", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
    }

    [PeerTheory("node")]
    [InlineData("test/refuses", 422, "application/problem+json", "{\"detail\" : \"no such column\"}", null)]
    [InlineData("test/broken", 500, "text/html", "<h1>broken</h1>", null)]
    [InlineData("test/busy", 503, "text/plain", "later", 7)]
    public async Task An_error_of_the_server_behind_comes_back_as_it_is_and_nothing_is_recorded(
        string mode,
        int status,
        string type,
        string body,
        int? retryAfter
    )
    {
        await using var scene = await ProxyScene.StartAsync();

        using var response = await scene.PostAsync("""{"inputs":[1]}""", mode);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(retryAfter, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.False(response.Headers.Contains("Hallmark-Decision-Id"));
        Assert.Empty(scene.Log.Recorded);
    }

    [PeerTheory("node")]
    [InlineData("test/moved", 503)]
    [InlineData("test/unauthorized", 503)]
    [InlineData("test/gzip", 500)]
    [InlineData("test/empty", 500)]
    [InlineData("test/cut", 503)]
    [InlineData("test/endless", 500)]
    public async Task What_is_no_answer_for_the_caller_is_told_in_our_words_and_nothing_is_recorded(string mode, int status)
    {
        await using var scene = await ProxyScene.StartAsync();

        using var response = await scene.PostAsync("""{"inputs":[1]}""", mode);
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.NotEmpty(answer["message"]!.GetValue<string>());
        Assert.Null(response.Headers.Location);
        Assert.False(response.Headers.Contains("Hallmark-Decision-Id"));
        Assert.Empty(scene.Log.Recorded);
        Assert.Single(await scene.Upstream.AskedAsync());
    }

    [PeerTheory("node")]
    [InlineData("application/json", """{"inputs":[1],"inputs":[2]}""", 400)]
    [InlineData("application/json", """{"inputs":[NaN]}""", 400)]
    [InlineData("application/json", "", 400)]
    [InlineData("application/json", """{"inputs":[9007199254740993]}""", 400)]
    [InlineData("text/csv", "", 400)]
    [InlineData("application/json; charset=latin1", "[1]", 415)]
    [InlineData("not a type", "[1]", 415)]
    public async Task A_body_that_two_readers_could_read_differently_never_reaches_the_server_behind(string type, string body, int status)
    {
        await using var scene = await ProxyScene.StartAsync();

        using var response = await scene.PostAsync(body, type: type);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(await scene.Upstream.AskedAsync());
        Assert.Empty(scene.Log.Recorded);
    }
}
