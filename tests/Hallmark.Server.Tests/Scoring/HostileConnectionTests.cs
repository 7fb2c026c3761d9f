using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>Clients that drip, leave, or put one request into another's body: the answer is right, nothing is lost, and the server goes on.</summary>
public sealed class HostileConnectionTests
{
    private const string Json = "{\"inputs\":[1]}";

    [Theory]
    [InlineData("Content-Type: text/html", 415)]
    [InlineData("Content-Type: application/json\r\nContent-Encoding: gzip", 415)]
    public async Task A_body_that_is_not_read_is_not_taken_for_the_next_request(string headers, int status)
    {
        const string Inner = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
        await using var scene = await ScoringScene.StartAsync();

        var answer = await scene.SendRawAsync(
            $"POST /invocations HTTP/1.1\r\nHost: x\r\n{headers}\r\nContent-Length: {Inner.Length}\r\n\r\n{Inner}"
                + "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        );

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(ScoringServer.Version, answer, StringComparison.Ordinal);
        Assert.Equal(2, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.EndsWith("\r\n\r\n\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_requests_in_a_row_a_faulty_one_is_refused_and_those_around_it_are_answered()
    {
        await using var scene = await ScoringScene.StartAsync();
        string[] bodies = [Json, "{\"inputs\":[1],\"inputs\":[2]}", "{", "{\"inputs\":[3]}"];
        var requests = bodies.Select(
            (body, i) =>
                $"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{(i == 3 ? "Connection: close\r\n" : "")}\r\n{body}"
        );

        var answer = await scene.SendRawAsync(string.Concat(requests));

        Assert.Equal(["200", "400", "400", "200"], answer.Split("HTTP/1.1 ").Skip(1).Select(one => one[..3]));
        Assert.Equal(2, scene.Model.Asked.Count);
    }

    [Theory]
    [InlineData(900, 200)]
    [InlineData(1_025, 413)]
    [InlineData(100_000, 413)]
    public async Task A_body_in_chunks_is_refused_beyond_the_limit_and_taken_below_it(int length, int status)
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { MaxBodySizeInBytes = 1 << 10 } }
        );
        var body = Json.PadRight(length);
        var request = new StringBuilder(
            "POST /invocations HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        foreach (var chunk in body.Chunk(100))
        {
            request.Append($"{chunk.Length:x};a=b\r\n").Append(chunk).Append("\r\n");
        }

        var answer = await scene.SendRawAsync(request.Append("0\r\n\r\n").ToString());

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Equal(status == 200 ? 1 : 0, scene.Model.Asked.Count);
    }

    [Fact]
    public async Task A_body_that_comes_byte_by_byte_gets_no_more_time_than_any_other()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { BodyTime = TimeSpan.FromMilliseconds(300) } }
        );
        using var slow = await scene.ConnectAsync();
        await slow.SendAsync(
            "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray()
        );
        var answering = ScoringScene.ReadToEndAsync(slow);

        await DripAsync(slow, answering);

        Assert.StartsWith("HTTP/1.1 408", await answering, StringComparison.Ordinal);
        Assert.Empty(scene.Model.Asked);
    }

    [Fact]
    public async Task Headers_that_come_byte_by_byte_get_no_more_time_than_any_other()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { HeaderTime = TimeSpan.FromMilliseconds(200) } }
        );
        using var slow = await scene.ConnectAsync();
        await slow.SendAsync("GET /ping HTTP/1.1\r\nX-Long: "u8.ToArray());
        var answering = ScoringScene.ReadToEndAsync(slow);

        await DripAsync(slow, answering);

        var answer = await answering;
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task A_client_that_leaves_before_its_prediction_is_logged_leaves_a_receipt()
    {
        await using var scene = await ScoringScene.StartAsync();
        var logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Model.Log = async entry =>
        {
            await logged.Task;
            return entry;
        };
        using (var leaver = await scene.ConnectAsync())
        {
            await leaver.SendAsync(Request(Json));
            await Eventually.Async(() => Task.FromResult(!scene.Model.Receipts.IsEmpty));
            leaver.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        logged.SetResult();

        var id = Assert.Single(scene.Model.Receipts).Key;
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/receipts/" + id)).Status);
        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync(Json)).Status);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_its_answer_leaves_a_receipt_and_holds_nothing()
    {
        await using var scene = await ScoringScene.StartAsync();
        var large = JsonValue.Create(new string('x', 32 << 20));
        scene.Model.Run = (_, _) => Task.FromResult(new ModelOutput(large, []));
        for (var i = 0; i < 4; i++)
        {
            using var leaver = await scene.ConnectAsync();
            await leaver.SendAsync(Request(Json));
            Assert.True(await leaver.ReceiveAsync(new byte[1_000]) > 0, "the answer begins");
            leaver.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        scene.Model.Run = (_, _) => Task.FromResult(new ModelOutput(1, []));
        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync(Json)).Status);
        Assert.Equal(5, scene.Model.Receipts.Count);
        foreach (var id in scene.Model.Receipts.Keys)
        {
            Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/receipts/" + id)).Status);
        }

        await Eventually.Async(async () =>
            (await scene.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains(
                "hallmark_bodies_held_bytes 0\n",
                StringComparison.Ordinal
            )
        );
    }

    [Theory]
    [InlineData("/invocations", "{\"inputs\":", "}")]
    [InlineData("/invocations", "{\"instances\":", "}")]
    [InlineData("/invocations", "{\"dataframe_split\":{\"data\":[", "]}}")]
    [InlineData("/invocations", "{\"dataframe_records\":[{\"a\":", "}]}")]
    [InlineData("/invocations", "{\"inputs\":1,\"params\":{\"a\":", "}}")]
    [InlineData("/invocations", "{\"inputs\":1,\"other\":", "}")]
    [InlineData("/v2/models/iris/infer", "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":", "}]}")]
    [InlineData("/v2/models/iris/infer", "{\"parameters\":{\"a\":", "},\"inputs\":[]}")]
    public async Task Ten_thousand_levels_are_refused_wherever_they_stand(string path, string before, string after)
    {
        await using var scene = await ScoringScene.StartAsync();
        var lists = before + new string('[', 10_000) + new string(']', 10_000) + after;
        var objects = before + string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000) + after;

        Assert.Equal(HttpStatusCode.BadRequest, (await scene.AskAsync(lists, path: path)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.AskAsync(objects, path: path)).Status);
        Assert.Empty(scene.Model.Asked);
    }

    private static byte[] Request(string body) =>
        Encoding.ASCII.GetBytes(
            $"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
        );

    // Until the server has had enough of it.
    private static async Task DripAsync(Socket slow, Task answering)
    {
        try
        {
            while (!answering.IsCompleted)
            {
                await slow.SendAsync("x"u8.ToArray());
                await Task.Delay(20);
            }
        }
        catch (SocketException)
        {
            // It closed the connection.
        }
    }
}
