using System.Net;
using System.Text;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>A server that is stopped takes nothing new and answers what it has taken.</summary>
public sealed class ShutdownTests
{
    private const string Json = """{"inputs":[1]}""";

    [Fact]
    public async Task Predictions_under_way_are_answered_and_new_connections_are_not_taken()
    {
        await using var scene = await ScoringScene.StartAsync();
        var log = new HeldLog(scene.Model);
        var asking = scene.PostAsync(Json);
        await log.Reached;

        var stopping = scene.Server.StopAsync(default);
        await Eventually.Async(async () =>
        {
            using var late = new HttpClient(new SocketsHttpHandler()) { BaseAddress = scene.Server.Address };
            try
            {
                using var _ = await late.GetAsync(new Uri("/ping", UriKind.Relative));
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
        Assert.False(stopping.IsCompleted);
        log.LetGo();

        using var response = await asking;
        await stopping;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("logged", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
        Assert.True(response.Headers.ConnectionClose, "the client is to open no further request on this connection");
    }

    [Fact]
    public async Task A_model_that_never_answers_does_not_hold_the_stop_longer_than_the_drain_time()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { DrainTime = TimeSpan.FromMilliseconds(200) } }
        );
        scene.Model.Run = (_, _) => new TaskCompletionSource<ModelOutput>().Task;
        var asking = scene.PostAsync(Json);
        await Eventually.Async(() => Task.FromResult(!scene.Model.Asked.IsEmpty));

        await scene.Server.StopAsync(default);

        await Assert.ThrowsAnyAsync<Exception>(() => asking);
    }

    [Fact]
    public async Task A_connection_that_nobody_asks_on_is_closed_with_the_listener()
    {
        await using var scene = await ScoringScene.StartAsync();
        using var idle = await scene.ConnectAsync();
        await idle.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var answer = new byte[4_096];
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(answer, 0, await idle.ReceiveAsync(answer)), StringComparison.Ordinal);

        await scene.Server.StopAsync(default);

        Assert.Equal("", await ScoringScene.ReadToEndAsync(idle));
    }

    [Fact]
    public async Task What_was_asked_before_the_stop_and_is_answered_after_it_says_that_its_connection_ends()
    {
        var limits = new ScoringLimits { DrainDelay = TimeSpan.FromMinutes(5) };
        var clock = new TestClock(runs: false);
        await using var scene = await ScoringScene.StartAsync(options: new ScoringServerOptions { Limits = limits }, time: clock);
        var log = new HeldLog(scene.Model);
        var asking = scene.PostAsync(Json);
        await log.Reached;

        var stopping = scene.Server.StopAsync(default);
        log.LetGo();

        using var response = await asking;
        Assert.Equal((HttpStatusCode.OK, true), (response.StatusCode, response.Headers.ConnectionClose));
        clock.Advance(limits.DrainDelay);
        await stopping;
    }

    [Fact]
    public async Task For_the_drain_delay_a_stopped_server_answers_and_says_that_it_is_not_ready_and_that_connections_end()
    {
        var (clock, delay) = (new TestClock(runs: false), TimeSpan.FromMinutes(5));
        var limits = new ScoringLimits { DrainDelay = delay };
        await using var scene = await ScoringScene.StartAsync(options: new ScoringServerOptions { Limits = limits }, time: clock);
        using (var ready = await scene.Client.GetAsync(new Uri("/ping", UriKind.Relative)))
        {
            Assert.Equal((HttpStatusCode.OK, null), (ready.StatusCode, ready.Headers.ConnectionClose));
        }

        var stopping = scene.Server.StopAsync(default);

        foreach (var path in (string[])["/ping", "/health", "/v2/health/ready", "/v2/models/iris/ready"])
        {
            using var unready = await scene.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((path, HttpStatusCode.ServiceUnavailable, true), (path, unready.StatusCode, unready.Headers.ConnectionClose));
        }

        using (var alive = await scene.Client.GetAsync(new Uri("/v2/health/live", UriKind.Relative)))
        {
            Assert.Equal((HttpStatusCode.OK, true), (alive.StatusCode, alive.Headers.ConnectionClose));
        }

        using (var predicted = await scene.PostAsync(Json))
        {
            Assert.Equal((HttpStatusCode.OK, true), (predicted.StatusCode, predicted.Headers.ConnectionClose));
        }

        using (var refused = await scene.PostAsync("{"))
        {
            Assert.Equal((HttpStatusCode.BadRequest, true), (refused.StatusCode, refused.Headers.ConnectionClose));
        }

        Assert.False(stopping.IsCompleted);
        clock.Advance(delay);
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => scene.PostAsync(Json));
    }

    [Fact]
    public async Task Who_waits_no_longer_for_a_stop_ends_the_delay_and_what_is_under_way()
    {
        using var atOnce = new CancellationTokenSource();
        var limits = new ScoringLimits { DrainDelay = TimeSpan.FromMinutes(10), DrainTime = TimeSpan.FromHours(1) };
        await using var scene = await ScoringScene.StartAsync(options: new ScoringServerOptions { Limits = limits });
        scene.Model.Run = (_, _) => new TaskCompletionSource<ModelOutput>().Task;
        var asking = scene.PostAsync(Json);
        await Eventually.Async(() => Task.FromResult(!scene.Model.Asked.IsEmpty));

        var stopping = scene.Server.StopAsync(atOnce.Token);
        Assert.False(stopping.IsCompleted);
        await atOnce.CancelAsync();
        await stopping;

        await Assert.ThrowsAnyAsync<Exception>(() => asking);
    }
}
