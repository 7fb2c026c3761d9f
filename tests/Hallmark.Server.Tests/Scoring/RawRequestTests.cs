using System.Net;
using System.Net.Sockets;
using System.Text;
using Hallmark.Server.Scoring;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>What only a bare socket sends: requests that two readers could read differently, slow ones, unknown paths and methods.</summary>
public sealed class RawRequestTests
{
    private const string Json = "{\"inputs\":[1]}";

    public static TheoryData<string, string> Smuggled { get; } =
        new()
        {
            { "both lengths", "Content-Length: 14\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
            { "both lengths, other order", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" },
            { "two lengths", "Content-Length: 14\r\nContent-Length: 15\r\n\r\n" + Json },
            { "a list of lengths", "Content-Length: 14, 14\r\n\r\n" + Json },
            { "a negative length", "Content-Length: -1\r\n\r\n" + Json },
            { "a length with a sign", "Content-Length: +14\r\n\r\n" + Json },
            { "a length with a space inside", "Content-Length: 1 4\r\n\r\n" + Json },
            { "a length with a point", "Content-Length: 14.0\r\n\r\n" + Json },
            { "a length with thousands", "Content-Length: 0,014\r\n\r\n" + Json },
            { "a length in other digits", "Content-Length: \u00B9\u00B4\r\n\r\n" + Json },
            { "a length beyond 64 bits", "Content-Length: 9223372036854775808\r\n\r\n" + Json },
            { "a length of forty digits", "Content-Length: 0000000000000000000000000000000000000014\r\n\r\n" + Json },
            { "an empty length", "Content-Length:\r\n\r\n" + Json },
            { "a length in hex", "Content-Length: 0xE\r\n\r\n" + Json },
            { "space before the colon", "Content-Length : 14\r\n\r\n" + Json },
            { "a folded header", "X-A: 1\r\n Content-Length: 14\r\n\r\n" + Json },
            { "chunked twice", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" },
            { "unknown coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
            { "a bad chunk size", "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + Json + "\r\n0\r\n\r\n" },
            { "a chunk size beyond 64 bits", "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + Json + "\r\n0\r\n\r\n" },
            { "a chunk that is longer than it says", "Transfer-Encoding: chunked\r\n\r\n2\r\n" + Json + "\r\n0\r\n\r\n" },
            { "a NUL in a header", "X-A: a\0b\r\nContent-Length: 14\r\n\r\n" + Json },
            { "a CR in a header", "X-A: a\rContent-Length: 14\r\n\r\n" + Json },
        };

    [Theory]
    [MemberData(nameof(Smuggled))]
    public async Task A_request_that_two_readers_could_read_differently_is_refused_and_the_connection_closed(string what, string rest)
    {
        await using var scene = await ScoringScene.StartAsync();

        var answer = await scene.SendRawAsync(
            "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + rest
                + "GET /version HTTP/1.1\r\nHost: x\r\n\r\n"
        );

        Assert.True(answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), $"{what}: {answer}");
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Empty(scene.Model.Asked);
    }

    [Theory]
    [InlineData("GET", "/invocations", 405)]
    [InlineData("PUT", "/invocations", 405)]
    [InlineData("DELETE", "/receipts/x", 405)]
    [InlineData("POST", "/ping", 405)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/nope", 404)]
    [InlineData("GET", "/receipts/", 404)]
    [InlineData("GET", "/receipts/not-an-id", 404)]
    [InlineData("GET", "/receipts/..%2f..%2fetc%2fpasswd", 404)]
    [InlineData("GET", "/receipts/00000000-0000-4000-8000-000000000000", 404)]
    [InlineData("GET", "/receipts/00000000-0000-4000-8000-00000000000A", 404)]
    [InlineData("GET", "/v2/models/other", 404)]
    [InlineData("GET", "/v2/models/iris/versions/4", 404)]
    [InlineData("GET", "/v2/models/iris/versions/4/ready", 404)]
    [InlineData("GET", "/v2/models/iris/infer", 405)]
    [InlineData("GET", "/V2/nope", 404)]
    [InlineData("GET", "/V2/models/iris/infer", 405)]
    [InlineData("POST", "/invocations//", 404)]
    [InlineData("OPTIONS", "/invocations/", 405)]
    [InlineData("TRACE", "/ping", 405)]
    public async Task Unknown_paths_and_methods_are_refused_in_the_words_of_their_protocol(string method, string path, int expected)
    {
        await using var scene = await ScoringScene.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await scene.Client.SendAsync(request);
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(expected, (int)response.StatusCode);
        var sentence = path.StartsWith("/v2", StringComparison.OrdinalIgnoreCase) ? answer["error"] : answer["message"];
        Assert.NotEmpty(sentence!.GetValue<string>());
        if (expected == 405)
        {
            Assert.NotEmpty(response.Content.Headers.Allow);
        }
    }

    [Fact]
    public async Task A_refusal_repeats_no_more_of_a_header_than_one_knows_it_by()
    {
        await using var scene = await ScoringScene.StartAsync();

        foreach (
            var type in (string[])[new('a', 20_000), "x/" + new string('a', 20_000), "application/json;" + new string('a', 20_000) + "=b"]
        )
        {
            var (status, answer) = await scene.AskAsync(Json, type);

            Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
            Assert.InRange(answer["message"]!.GetValue<string>().Length, 100, 300);
        }
    }

    [Fact]
    public async Task Whatever_answers_get_answers_head_with_the_same_headers_and_no_body()
    {
        await using var scene = await ScoringScene.StartAsync();
        foreach (var (_, pattern) in scene.Server.Routes.Where(route => route.Method == "GET" && route.Pattern != "/metrics"))
        {
            var path = pattern.Replace("{name}", "iris").Replace("{version}", "3").Replace("{id}", "x");
            using var get = await scene.Client.GetAsync(new Uri(path, UriKind.Relative));
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var head = await scene.Client.SendAsync(request);

            Assert.Equal((path, get.StatusCode), (path, head.StatusCode));
            Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_body_that_stops_on_its_way_is_timed_out_and_holds_no_turn()
    {
        var clock = new TestClock();
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions
            {
                Limits = new ScoringLimits
                {
                    BodyTime = TimeSpan.FromMinutes(30),
                    MaxConcurrentPredictions = 1,
                    MaxQueuedPredictions = 0,
                },
            },
            time: clock
        );
        using var slow = await scene.ConnectAsync();
        await slow.SendAsync(
            Encoding.ASCII.GetBytes(
                "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"inputs\""
            )
        );

        // Another one is answered while the slow one is still sending.
        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync(Json)).Status);
        var answer = ScoringScene.ReadToEndAsync(slow);
        await Eventually.Async(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(30));
            return Task.FromResult(answer.IsCompleted);
        });

        Assert.StartsWith("HTTP/1.1 408", await answer, StringComparison.Ordinal);
        Assert.Single(scene.Model.Asked);
    }

    [Fact]
    public async Task Headers_that_never_end_are_timed_out()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { HeaderTime = TimeSpan.FromMilliseconds(200) } }
        );
        using var slow = await scene.ConnectAsync();
        await slow.SendAsync("POST /invocations HTTP/1.1\r\nHost: x\r\nX-A: "u8.ToArray());

        var answer = await ScoringScene.ReadToEndAsync(slow);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);

        // On a busy machine the short limit may meet an honest request, too.
        await Eventually.Async(async () =>
        {
            try
            {
                using var honest = await scene.PostAsync(Json);
                return honest.StatusCode is HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_its_body_harms_nobody()
    {
        await using var scene = await ScoringScene.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var leaver = await scene.ConnectAsync();
            await leaver.SendAsync(
                "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray()
            );
            leaver.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync(Json)).Status);
        Assert.Single(scene.Model.Asked);
    }

    [Fact]
    public async Task Requests_in_a_row_on_one_connection_are_answered_in_order()
    {
        await using var scene = await ScoringScene.StartAsync();
        var request = new StringBuilder();
        for (var i = 0; i < 5; i++)
        {
            var body = $"{{\"inputs\":[{i}]}}";
            request.Append(
                $"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{(i == 4 ? "Connection: close\r\n" : "")}\r\n{body}"
            );
        }

        var answer = await scene.SendRawAsync(request.ToString());

        var at = Enumerable.Range(0, 5).Select(i => answer.IndexOf($"{{\"predictions\":[{i}]}}", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, at);
        Assert.Equal(at.Order(), at);
    }
}
