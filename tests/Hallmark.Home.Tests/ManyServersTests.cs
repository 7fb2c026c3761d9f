using Hallmark.Core.Events;
using Hallmark.Home.Settings;
using Hallmark.Inference.Predictions;
using Hallmark.Ledger.Outbox;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Home.Tests;

/// <summary>One outbox holds work for several MLflow servers: what is wrong with one is no other's matter.</summary>
public sealed class ManyServersTests : IDisposable
{
    private readonly HomeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_server_that_accepts_and_never_answers_holds_up_no_other_servers_predictions()
    {
        var reached = new TaskCompletionSource();
        await using var silent = await LoopbackServer.StartAsync(context =>
        {
            reached.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var well = await LoopbackServer.StartAsync(HasNoRunAsync);
        await PredictAsync(silent.Address);
        await PredictAsync(well.Address);

        var done = new TaskCompletionSource<OutboxStep>();
        using var stop = new CancellationTokenSource();
        await using var session = _scene.Open();
        var draining = session.DrainOutboxAsync(step => done.TrySetResult(step), Timeout.InfiniteTimeSpan, stop.Token);
        var step = await done.Task.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Null(step.Failure);
        Assert.Equal(well.Address, PredictionWriteBack.FromOutbox(step.Work).TrackingUri);
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.False(draining.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining);
        Assert.Equal(1, Assert.Single(await session.FindLedger()!.Outbox.CountAsync(CancellationToken.None)).Pending); // ! it was written
    }

    [Fact]
    public async Task A_server_that_fails_again_and_again_has_its_own_work_put_off_and_no_others()
    {
        await using var failing = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        await using var well = await LoopbackServer.StartAsync(HasNoRunAsync);
        for (var i = 0; i < 5; i++)
        {
            await PredictAsync(failing.Address);
        }

        await PredictAsync(well.Address);
        await using var session = _scene.Open();
        var report = await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal((1, 5L, 0), (report.Done, report.ToDo, report.Buried));
        Assert.Equal(3, failing.Asked.Count);
        var left = await session.FindLedger()!.Outbox.FindAsync(OutboxState.Pending, null, 10, CancellationToken.None); // ! it was written
        Assert.All(left, item => Assert.True(item.DueAt > _scene.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Work_that_an_earlier_version_left_under_one_kind_for_all_servers_is_done()
    {
        await using var well = await LoopbackServer.StartAsync(HasNoRunAsync);
        await using var session = _scene.Open();
        var ledger = await session.OpenLedgerAsync(CancellationToken.None);
        var step = new WriteBackStep
        {
            Target = WriteBackTarget.RunTag,
            Id = "881f3dedcc6846dab35f536d068c2583",
            Key = "k",
            Content = "v"u8.ToArray(),
        };
        foreach (
            var (kind, work) in new[]
            {
                (PredictionWriteBack.Kind, new PredictionWriteBack(well.Address, ["unknown"], null).ToOutbox()),
                (WriteBackWork.Kind, new WriteBackWork(well.Address, "unknown", [step]).ToOutbox()),
            }
        )
        {
            await ledger.Outbox.AddAsync(work with { Kind = kind }, CancellationToken.None);
        }

        Assert.Equal(2, (await session.DrainOutboxAsync(CancellationToken.None)).Done);
        Assert.Single(well.Asked);
    }

    private static Task HasNoRunAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no such run"}""");
    }

    private async Task PredictAsync(string trackingUri)
    {
        await using var session = _scene.Open(new HallmarkSettings { TrackingUri = trackingUri });
        var ledger = await session.PrepareLedgerAsync(CancellationToken.None);
        await using var log = new LedgerPredictionLog(
            ledger,
            session.OpenSigner(),
            _scene.Clock,
            new PredictionLogOptions { Mode = PredictionMode.Direct, SealingThreads = 1 }
        );
        using var place = await log.ReserveAsync(CancellationToken.None);
        var ticket = place.Record(
            new PredictionFacts
            {
                DecisionId = new RandomEventIds().Next(),
                ModelName = "iris-classifier",
                ModelVersion = "2",
                RunId = "881f3dedcc6846dab35f536d068c2583",
                ModelUri = "models:/iris-classifier/2",
                InputHash = new string('1', 64),
                OutputHash = new string('2', 64),
                LatencyInMilliseconds = 0.5,
                ArtifactVerified = true,
            },
            null,
            new RecordOptions()
        );
        await ticket.Logged;
    }
}
