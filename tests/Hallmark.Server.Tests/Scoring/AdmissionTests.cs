using System.Net;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>So many at once, so many waiting, so many a second: what is more is refused before the model runs, and nothing that was taken is lost.</summary>
public sealed class AdmissionTests
{
    private const string Json = """{"inputs":[1]}""";

    [Fact]
    public async Task What_there_is_no_turn_for_is_429_with_retry_after_and_the_others_are_all_answered()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions
            {
                Limits = new ScoringLimits { MaxConcurrentPredictions = 2, MaxQueuedPredictions = 3 },
            }
        );
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Model.Run = async (_, _) =>
        {
            await go.Task;
            return new ModelOutput(1, []);
        };

        var asking = Enumerable.Range(0, 5).Select(_ => scene.PostAsync(Json)).ToList();
        await Eventually.Async(async () =>
            (await MetricsAsync(scene)).Contains("hallmark_predictions_waiting 3\n", StringComparison.Ordinal)
        );
        using var refused = await scene.PostAsync(Json);
        Assert.Equal(2, scene.Model.Asked.Count);
        go.SetResult();
        var answered = await Task.WhenAll(asking);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.All(answered, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(5, answered.Select(response => response.Headers.GetValues("Hallmark-Decision-Id").Single()).Distinct().Count());
    }

    [Fact]
    public async Task Where_a_run_is_stuck_nobody_waits_for_a_turn_for_ever()
    {
        var clock = new TestClock();
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions
            {
                Limits = new ScoringLimits { MaxConcurrentPredictions = 1, MaxQueuedPredictions = 1 },
            },
            time: clock
        );
        var never = new TaskCompletionSource<ModelOutput>();
        scene.Model.Run = (_, _) => never.Task;
        var stuck = scene.PostAsync(Json);
        await Eventually.Async(() => Task.FromResult(scene.Model.Asked.Count == 1));
        var waiting = scene.PostAsync(Json);
        await Eventually.Async(async () =>
            (await MetricsAsync(scene)).Contains("hallmark_predictions_waiting 1\n", StringComparison.Ordinal)
        );

        await Eventually.Async(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(stuck.IsCompleted && waiting.IsCompleted);
        });

        Assert.Equal(HttpStatusCode.GatewayTimeout, (await stuck).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await waiting).StatusCode);
        Assert.NotNull((await waiting).Headers.RetryAfter);
        Assert.Single(scene.Model.Asked);
        never.SetCanceled();
    }

    [Fact]
    public async Task Never_more_runs_than_allowed_are_under_way()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions
            {
                Limits = new ScoringLimits { MaxConcurrentPredictions = 4, MaxQueuedPredictions = 1_000 },
            }
        );
        var (now, most) = (0, 0);
        var gate = new Lock();
        scene.Model.Run = async (_, _) =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++now);
            }

            await Task.Yield();
            lock (gate)
            {
                now--;
            }

            return new ModelOutput(1, []);
        };

        var answered = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => scene.AskAsync(Json)));

        Assert.All(answered, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.InRange(most, 1, 4);
        Assert.Equal(200, scene.Model.Receipts.Count);
    }

    [Fact]
    public async Task A_caller_that_asks_too_often_is_told_to_come_back()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { PredictionsPerSecond = 1 } }
        );

        // One a second, on the system's clock: a machine that takes minutes for two hundred refuses none.
        var answered = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => scene.AskAsync(Json)));

        Assert.Contains(answered, answer => answer.Status is HttpStatusCode.TooManyRequests);
        Assert.Equal(scene.Model.Asked.Count, answered.Count(answer => answer.Status is HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/v2")).Status);
    }

    [Fact]
    public async Task Bodies_that_together_are_too_much_are_refused_and_their_room_is_given_back()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions
            {
                Limits = new ScoringLimits { MaxBodiesInBytes = 1 << 20, MaxBodySizeInBytes = 16 << 20 },
            }
        );
        var large = $"{{\"inputs\":\"{new string('x', 2 << 20)}\"}}";

        var (status, _) = await scene.AskAsync(large);
        var (small, _) = await scene.AskAsync(Json);

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal(HttpStatusCode.OK, small);
        Assert.Contains("hallmark_bodies_held_bytes 0\n", await MetricsAsync(scene), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScoringLimits { MaxBodySizeInBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScoringLimits { MaxConcurrentPredictions = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScoringLimits { MaxQueuedPredictions = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScoringLimits { PredictionsPerSecond = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScoringLimits { PredictionTime = TimeSpan.Zero });
        Assert.Null(new ScoringLimits { PredictionsPerSecond = null }.PredictionsPerSecond);
    }

    private static Task<string> MetricsAsync(ScoringScene scene) => scene.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
}
