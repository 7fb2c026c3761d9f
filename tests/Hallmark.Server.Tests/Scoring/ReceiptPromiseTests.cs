using System.Net;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Inference;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>An answer is given out with its receipt, or not at all.</summary>
public sealed class ReceiptPromiseTests
{
    private const string Json = """{"inputs":[1]}""";

    [Fact]
    public async Task An_answer_waits_until_its_prediction_is_durable()
    {
        await using var scene = await ScoringScene.StartAsync();
        var log = new HeldLog(scene.Model);

        var asking = scene.PostAsync(Json);
        await log.Reached;
        Assert.False(asking.IsCompleted);
        log.LetGo();

        using var response = await asking;
        Assert.Equal("logged", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
    }

    [Fact]
    public async Task A_prediction_that_cannot_be_logged_is_not_given_out()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Log = _ => Task.FromException<LoggedEntry>(new UnavailableException("no space left on /secret/disk"));

        using var response = await scene.PostAsync(Json);
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Null(answer["predictions"]);
        Assert.DoesNotContain("secret", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("unconfirmed", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_log_that_takes_nothing_is_503_and_a_full_one_429_and_the_model_does_not_run()
    {
        await using var scene = await ScoringScene.StartAsync();

        scene.Model.HasPlace = () => throw new UnavailableException("the disk refuses") { RetryAfter = TimeSpan.FromSeconds(7) };
        using var refused = await scene.PostAsync(Json);
        scene.Model.HasPlace = () => false;
        using var full = await scene.PostAsync(Json);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.TooManyRequests, full.StatusCode);
        Assert.NotNull(full.Headers.RetryAfter);
        Assert.Empty(scene.Model.Asked);
    }

    [Fact]
    public async Task A_receipt_that_does_not_come_in_time_is_504_with_the_decision_id()
    {
        var clock = new TestClock();
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { PredictionTime = TimeSpan.FromMinutes(30) } },
            time: clock
        );
        scene.Model.Log = _ => new TaskCompletionSource<LoggedEntry>().Task;

        var asking = scene.PostAsync(Json);
        await Eventually.Async(async () =>
            (await scene.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains(
                "hallmark_inference_duration_seconds_count 1\n",
                StringComparison.Ordinal
            )
        );
        clock.Advance(TimeSpan.FromMinutes(30));
        using var response = await asking;

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("unconfirmed", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
        Assert.True(Guid.TryParse(Assert.Single(response.Headers.GetValues("Hallmark-Decision-Id")), out _));
    }

    [Fact]
    public async Task Without_waiting_the_answer_says_that_the_receipt_is_queued()
    {
        await using var scene = await ScoringScene.StartAsync(options: new ScoringServerOptions { Wait = ReceiptWait.None });
        scene.Model.Log = _ => new TaskCompletionSource<LoggedEntry>().Task;

        using var response = await scene.PostAsync(Json);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("queued", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
    }

    [Fact]
    public async Task Waiting_for_a_checkpoint_waits_for_the_one_that_covers_the_entry()
    {
        await using var scene = await ScoringScene.StartAsync(options: new ScoringServerOptions { Wait = ReceiptWait.Checkpointed });
        var asked = new List<long>();
        scene.Model.Checkpoint = (index, _) =>
        {
            asked.Add(index);
            return Task.CompletedTask;
        };

        using var first = await scene.PostAsync(Json);
        using var second = await scene.PostAsync(Json);

        Assert.Equal("checkpointed", Assert.Single(first.Headers.GetValues("Hallmark-Receipt-State")));
        Assert.Equal([0, 1], asked);
    }

    [Fact]
    public async Task A_model_that_fails_is_500_without_its_insides()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) => throw new ModelRunException("KeyError in /srv/private.py", cause: null);

        using var response = await scene.PostAsync(Json);
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("INTERNAL_ERROR", answer["error_code"]!.GetValue<string>());
        Assert.DoesNotContain("private", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Hallmark-Decision-Id"));
    }

    [Fact]
    public async Task A_defect_of_ours_is_500_without_a_stack_and_the_server_goes_on()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) => throw new InvalidOperationException("oops at Secret.Method()");

        var (status, answer) = await scene.AskAsync(Json);
        scene.Model.Run = (_, _) => Task.FromResult(new ModelOutput(1, []));

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.DoesNotContain("Secret", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync(Json)).Status);
    }

    [Fact]
    public async Task A_receipt_that_no_checkpoint_covers_yet_is_to_be_asked_for_again()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.BeforeReceipt = () =>
            throw new UnavailableException("it is logged, and no checkpoint covers it yet") { RetryAfter = TimeSpan.FromSeconds(1) };

        using var response = await scene.Client.GetAsync(new Uri("/receipts/00000000-0000-4000-8000-000000000000", UriKind.Relative));
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Contains("no checkpoint", answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_that_refuses_is_503_and_says_that_the_model_has_not_run()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.HasPlace = () => throw new IntegrityException("iris/3 differs in 1 file", []);

        var (status, answer) = await scene.AskAsync(Json);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("has not run", answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_never_answers_is_504_keeps_its_turn_and_gives_it_back_when_it_ends()
    {
        var clock = new TestClock();
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions
            {
                Limits = new ScoringLimits
                {
                    PredictionTime = TimeSpan.FromMinutes(30),
                    MaxConcurrentPredictions = 1,
                    MaxQueuedPredictions = 0,
                },
            },
            time: clock
        );
        var end = new TaskCompletionSource<ModelOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Model.Run = (_, _) =>
        {
            clock.Advance(TimeSpan.FromMinutes(30));
            return end.Task;
        };

        var (late, _) = await scene.AskAsync(Json);
        var (full, _) = await scene.AskAsync(Json);
        scene.Model.Run = (_, _) => Task.FromResult(new ModelOutput(1, []));
        end.SetResult(new ModelOutput(0, []));

        Assert.Equal(HttpStatusCode.GatewayTimeout, late);
        Assert.Equal(HttpStatusCode.TooManyRequests, full);
        await Eventually.Async(async () => (await scene.AskAsync(Json)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_run_but_a_prediction_that_was_made_is_recorded()
    {
        await using var scene = await ScoringScene.StartAsync();
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Model.Run = async (input, token) =>
        {
            using var told = token.Register(isCancelled.SetResult);
            await isCancelled.Task;
            return new ModelOutput(input.Value?.DeepClone(), []);
        };
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent(Json, mediaType: new("application/json"));
        var asking = scene.Client.PostAsync(new Uri("/invocations", UriKind.Relative), content, leaving.Token);
        await Eventually.Async(() => Task.FromResult(!scene.Model.Asked.IsEmpty));

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await isCancelled.Task;
        await Eventually.Async(() => Task.FromResult(scene.Model.Recorded.Count == 1));
    }
}
