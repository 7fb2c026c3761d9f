using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.RestStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>How long a server that is busy is waited for before it is asked again (RFC 9110 §10.2.3), and how often.</summary>
public sealed class RetryAfterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(123);

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "0", 0)]
    [InlineData(503, "10", 10)]
    [InlineData(500, "1", 1)]
    public async Task The_seconds_that_a_server_asks_for_are_waited(int status, string header, int seconds)
    {
        var (clock, asked, _) = await AskAsync(status, header);
        Assert.Equal(3, asked);
        Assert.Equal(seconds == 0 ? [] : [TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds)], clock.Pauses);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(10, 10)]
    [InlineData(0, 0)]
    [InlineData(-3600, 0)]
    public async Task A_time_of_day_is_waited_for_and_one_that_is_over_is_not(int offset, int seconds)
    {
        var (clock, asked, _) = await AskAsync(503, PauseClock.Now.AddSeconds(offset).ToString("R", CultureInfo.InvariantCulture));
        Assert.Equal(3, asked);
        Assert.Equal(seconds == 0 ? [] : [TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds)], clock.Pauses);
    }

    [Theory]
    [InlineData("11")]
    [InlineData("86400")]
    [InlineData("2147483647")]
    [InlineData("Sat, 21 Nov 2026 12:00:11 GMT")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task More_than_ten_seconds_are_not_waited_for(string header)
    {
        var (clock, asked, failure) = await AskAsync(503, header);
        Assert.Equal(1, asked);
        Assert.Empty(clock.Pauses);
        Assert.Equal("the MLflow server answered GET api/2.0/mlflow/runs/get with 503", failure.Message);
    }

    [Theory]
    [InlineData("11", 11)]
    [InlineData("3600", 3600)]
    [InlineData("Sat, 21 Nov 2026 12:30:00 GMT", 1800)]
    public async Task Whoever_comes_again_later_learns_how_long_to_stay_away(string header, int seconds)
    {
        var (_, _, failure) = await AskAsync(429, header);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<MlflowUnavailableException>(failure).RetryAfter);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("")]
    public async Task Without_a_word_of_the_servers_that_can_be_read_the_pauses_are_our_own_and_grow(string? header)
    {
        var (clock, asked, failure) = await AskAsync(502, header);
        Assert.Equal(3, asked);
        Assert.Equal([TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)], clock.Pauses);
        Assert.Null(Assert.IsType<MlflowUnavailableException>(failure).RetryAfter);
    }

    [Fact]
    public async Task Our_own_pauses_are_waited_for_however_long_they_were_set()
    {
        var limits = new MlflowServerLimits
        {
            Timeout = Limit,
            MaxRetries = 3,
            RetryPause = TimeSpan.FromSeconds(10),
        };
        var (clock, asked, _) = await AskAsync(500, null, limits);
        Assert.Equal(4, asked);
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(160)], clock.Pauses);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 6)]
    public async Task A_request_is_sent_once_more_than_it_is_repeated(int retries, int questions)
    {
        var (_, asked, _) = await AskAsync(503, null, new MlflowServerLimits { Timeout = Limit, MaxRetries = retries });
        Assert.Equal(questions, asked);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(501)]
    public async Task What_will_be_refused_again_is_not_asked_again_whatever_the_server_says_of_time(int status)
    {
        var (clock, asked, _) = await AskAsync(status, "1");
        Assert.Equal(1, asked);
        Assert.Empty(clock.Pauses);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again_after_growing_pauses()
    {
        using var port = new HeldPort();
        var clock = new PauseClock(Limit);
        await using var store = Open(port.Address, clock, new MlflowServerLimits { Timeout = Limit });
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));
        Assert.StartsWith($"the MLflow server {port.Address}/ does not answer: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal([TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)], clock.Pauses);
    }

    [Fact]
    public async Task A_caller_who_gives_up_during_a_pause_is_told_so_and_nothing_more_is_asked()
    {
        using var source = new CancellationTokenSource();
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "9";
            context.Response.OnCompleted(() => source.CancelAsync());
            return Task.CompletedTask;
        });
        var clock = new TestClock(runs: false);
        await using var store = Open(server.Address, clock, new MlflowServerLimits { Timeout = Limit });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.FindRunAsync("x", source.Token));
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task A_tag_is_set_again_after_a_disturbance_because_twice_is_as_good_as_once()
    {
        var failures = 1;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = Interlocked.Decrement(ref failures) >= 0 ? 503 : 200;
            await context.Response.WriteAsJsonAsync(new { });
        });
        await using var store = Open(server.Address, new PauseClock(Limit), new MlflowServerLimits { Timeout = Limit });
        await store.SetRunTagAsync("x", "k", "v", default);
        Assert.Equal(["/api/2.0/mlflow/runs/set-tag", "/api/2.0/mlflow/runs/set-tag"], server.Asked.Select(request => request.Target));
        Assert.Single(server.Asked.Select(request => request.ContentLength).Distinct());
    }

    private static async Task<(PauseClock Clock, int Asked, HallmarkException Failure)> AskAsync(
        int status,
        string? retryAfter,
        MlflowServerLimits? limits = null
    )
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            if (retryAfter is not null)
            {
                context.Response.Headers.RetryAfter = retryAfter;
            }

            return Task.CompletedTask;
        });
        var clock = new PauseClock(Limit);
        await using var store = Open(server.Address, clock, limits ?? new MlflowServerLimits { Timeout = Limit });
        var failure = await Assert.ThrowsAnyAsync<HallmarkException>(() => store.FindRunAsync("x", default));
        return (clock, server.Asked.Count, failure);
    }

    private static RestMlflowStore Open(string address, TimeProvider time, MlflowServerLimits limits) =>
        new(
            new MlflowStoreOptions { TrackingUri = address, Time = time },
            new HttpClient(MlflowServerHandler.Create(allowInsecureTls: false)),
            limits
        );
}
