using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Serving;

/// <summary><c>hallmark serve</c> as a real process, in front of a model server that already runs.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task Answers_come_with_receipts_that_verify_and_a_stop_loses_none()
    {
        using var scene = new CommandScene();
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address, "--name", "doubler", "--wait", "checkpointed");

        Assert.Equal("remote", served.Announced["runner"]!.GetValue<string>());
        Assert.Contains("NOT VERIFIED", served.Errors, StringComparison.Ordinal);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await PostAsync(served, $"{{\"inputs\":[{i}]}}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal($"{{\"predictions\":[{2 * i}]}}", await response.Content.ReadAsStringAsync());
            Assert.Equal("checkpointed", Header(response, "Hallmark-Receipt-State"));
            ids.Add(Header(response, "Hallmark-Decision-Id"));
        }

        var receipt = await served.Client.GetByteArrayAsync(new Uri("/receipts/" + ids[0], UriKind.Relative));
        using var nobodys = await served.Client.GetAsync(new Uri("/receipts/00000000-0000-4000-8000-000000000000", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, nobodys.StatusCode);
        Assert.Equal(0, await served.TerminateAsync());

        await File.WriteAllBytesAsync(scene.Folder.File("receipt.json"), receipt);
        await scene.ExpectAsync(0, "ledger", "verify");
        var verified = await scene.RunAsync("verify", "receipt", scene.Folder.File("receipt.json"), "--signer", "default");
        Assert.True(verified.Code == 0, verified.ToString());
        foreach (var id in ids)
        {
            await scene.ExpectAsync(0, "receipts", "get", id);
        }
    }

    [Fact]
    public async Task Salted_answers_let_one_field_be_shown_and_forgotten()
    {
        using var scene = new CommandScene();
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address, "--salted");
        using var response = await PostAsync(served, """{"inputs":[1]}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var id = Header(response, "Hallmark-Decision-Id");
        Assert.Equal(0, await served.TerminateAsync());

        await scene.ExpectAsync(0, "receipts", "disclose", id, "--field", "value", "--value", "[1]");
        await scene.ExpectAsync(1, "receipts", "disclose", id, "--field", "value", "--value", "[2]");
        await scene.ExpectAsync(0, "receipts", "forget", id);
        await scene.ExpectAsync(2, "receipts", "disclose", id, "--field", "value", "--value", "[1]");
        await scene.ExpectAsync(0, "receipts", "get", id);
    }

    [Fact]
    public async Task An_address_that_cannot_be_listened_on_is_one_error_and_no_stack_trace()
    {
        using var scene = new CommandScene();
        await using var server = await ModelServer.StartAsync();
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string[] places = [taken.LocalEndpoint.ToString()!, "192.0.2.1:0"]; // the second is of no machine (RFC 5737)

        foreach (var place in places)
        {
            var ended = await scene.ExpectAsync(3, "serve", "--proxy", server.Address, "--listen", place, "--allow-plain-http");

            Assert.Contains($"cannot listen on {place}", ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("Hosting", ended.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_receipt_that_was_edited_does_not_verify()
    {
        using var scene = new CommandScene();
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address, "--wait", "checkpointed");
        using var response = await PostAsync(served, """{"inputs":[1]}""");
        var receipt = JsonNode.Parse(await served.Client.GetStringAsync(new Uri(Header(response, "Hallmark-Receipt"), UriKind.Relative)))!;
        Assert.Equal(0, await served.TerminateAsync());

        receipt["decision_id"] = "00000000-0000-4000-8000-000000000000";
        await File.WriteAllTextAsync(scene.Folder.File("edited.json"), receipt.ToJsonString());

        await scene.ExpectAsync(1, "verify", "receipt", scene.Folder.File("edited.json"), "--signer", "default");
    }

    [Fact]
    public async Task Keys_come_from_the_environment_and_the_server_behind_gets_none_of_them()
    {
        const string Key = "0123456789abcdef0123456789abcdef";
        using var scene = new CommandScene();
        scene.Environment["HALLMARK_API_KEYS"] = "alice " + Key;
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address);

        using var without = await PostAsync(served, """{"inputs":[1]}""");
        served.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var with = await PostAsync(served, """{"inputs":[1]}""");

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
        Assert.All(server.Asked, asked => Assert.DoesNotContain(Key, asked.Authorization, StringComparison.Ordinal));
        Assert.Equal(0, await served.TerminateAsync());
        Assert.DoesNotContain(Key, served.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_behind_that_goes_away_is_503_and_nothing_is_predicted()
    {
        using var scene = new CommandScene();
        var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address);
        await server.DisposeAsync();

        using var response = await PostAsync(served, """{"inputs":[1]}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.False(response.Headers.Contains("Hallmark-Decision-Id"));
        Assert.Equal(0, await served.TerminateAsync());
    }

    [Fact]
    public async Task A_stop_waits_for_an_answer_that_takes_its_time()
    {
        var isAsked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        using var scene = new CommandScene();
        await using var server = await ModelServer.StartAsync(() =>
        {
            isAsked.TrySetResult();
            return answer.Task;
        });
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address);
        var asking = PostAsync(served, """{"inputs":[1]}""");
        await isAsked.Task.WaitAsync(TimeSpan.FromMinutes(3));

        var stopping = served.TerminateAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.False(stopping.IsCompleted);
        answer.SetResult();

        using var response = await asking;
        Assert.Equal("logged", Header(response, "Hallmark-Receipt-State"));
        Assert.Equal(0, await stopping);
    }

    [Fact]
    public async Task A_second_signal_ends_a_stop_that_waits_and_what_was_answered_is_in_the_ledger()
    {
        var isAsked = new TaskCompletionSource();
        var first = true;
        using var scene = new CommandScene();
        await using var server = await ModelServer.StartAsync(() =>
        {
            if (first)
            {
                first = false;
                return Task.CompletedTask;
            }

            isAsked.TrySetResult();
            return new TaskCompletionSource().Task;
        });
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address, "--timeout", "1h", "--drain-delay", "10m");
        using var answered = await PostAsync(served, """{"inputs":[1]}""");
        var asking = PostAsync(served, """{"inputs":[2]}""");
        await isAsked.Task.WaitAsync(TimeSpan.FromMinutes(3));

        await served.SignalAsync();
        using var unready = await served.UntilAsync("/ping", HttpStatusCode.ServiceUnavailable);
        Assert.True(unready.Headers.ConnectionClose);
        Assert.Equal(0, await served.TerminateAsync());

        await Assert.ThrowsAsync<HttpRequestException>(() => asking);
        await scene.ExpectAsync(0, "receipts", "get", Header(answered, "Hallmark-Decision-Id"));
    }

    [Fact]
    public async Task A_stopped_server_cuts_off_what_takes_longer_than_the_time_to_drain()
    {
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var scene = new CommandScene();
        await using var server = await ModelServer.StartAsync(() =>
        {
            isAsked.TrySetResult();
            return new TaskCompletionSource().Task;
        });
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address, "--timeout", "1h", "--drain-time", "0s");
        var asking = PostAsync(served, """{"inputs":[1]}""");
        await isAsked.Task.WaitAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(0, await served.TerminateAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => asking);
    }

    [Fact]
    public async Task Spans_go_to_the_collector_that_the_environment_names()
    {
        var spans = new ConcurrentQueue<string>();
        await using var collector = await LoopbackServer.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            spans.Enqueue(context.Request.Path + Encoding.Latin1.GetString(body.ToArray()));
        });
        using var scene = new CommandScene();
        scene.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address);

        using var response = await PostAsync(served, """{"inputs":[1]}""");
        Assert.Equal(0, await served.TerminateAsync());

        var id = Header(response, "Hallmark-Decision-Id");
        Assert.Contains(
            spans,
            sent => sent.StartsWith("/v1/traces", StringComparison.Ordinal) && sent.Contains(id, StringComparison.Ordinal)
        );
    }

    private static Task<HttpResponseMessage> PostAsync(ServedProcess served, string body) =>
        served.Client.PostAsync(new Uri("/invocations", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}
