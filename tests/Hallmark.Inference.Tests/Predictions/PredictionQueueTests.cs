using Hallmark.Core.Events;
using Hallmark.Inference.Predictions;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>Where a thread must not let predictions come together, it would do so for a minute here, and the limit of these tests ends it.</summary>
public sealed class PredictionQueueTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly PredictionQueue _queue = new(new ModeChoice(PredictionMode.Batched, 1), new ForwardClock(), Minute);

    [Fact]
    public async Task What_comes_slowly_is_taken_at_once()
    {
        Add(PredictionQueue.GatheringFromPerSecond - 1);
        Drain(PredictionQueue.GatheringFromPerSecond - 2);
        Assert.Single(await TakeAsync());
    }

    [Fact]
    public async Task What_comes_fast_is_taken_when_enough_has_come_together()
    {
        ComeFast();
        Add(1);
        var taken = TakeAsync();
        await UntilGatheringAsync();
        for (var i = 1; i < PredictionQueue.Enough; i++)
        {
            Assert.False(taken.IsCompleted);
            Add(1);
        }

        Assert.Equal(PredictionQueue.Enough, (await taken).Count);
    }

    [Fact]
    public async Task Nobody_waits_for_more_than_is_taken_at_once()
    {
        ComeFast();
        Add(3);
        Assert.Equal(3, (await TakeAsync(most: 3)).Count);
    }

    [Fact]
    public async Task Whoever_waits_for_a_prediction_ends_the_gathering()
    {
        ComeFast();
        Add(2);
        var taken = TakeAsync();
        await UntilGatheringAsync();
        _queue.Hurry();
        Assert.Equal(2, (await taken).Count);
    }

    [Fact]
    public async Task Where_somebody_waits_already_none_is_begun_and_it_counts_once()
    {
        ComeFast();
        Add(1);
        _queue.Hurry();
        Assert.Single(await TakeAsync());

        Add(1);
        var next = TakeAsync();
        await UntilGatheringAsync();
        _queue.Close();
        Assert.Single(await next);
    }

    [Fact]
    public async Task Another_thread_takes_nothing_of_what_comes_together()
    {
        ComeFast();
        Add(1);
        var first = TakeAsync();
        await UntilGatheringAsync();
        var second = TakeAsync();
        Add(PredictionQueue.Enough - 1);
        Assert.Equal(PredictionQueue.Enough, (await first).Count);
        Assert.False(second.IsCompleted);
        _queue.Close();
        Assert.Empty(await second);
    }

    [Fact]
    public async Task What_is_left_over_goes_to_a_thread_that_is_idle()
    {
        ComeFast();
        Add(1);
        var first = TakeAsync(most: PredictionQueue.Enough);
        await UntilGatheringAsync();
        var second = TakeAsync();
        Add(PredictionQueue.Enough + 5);
        Assert.Equal(PredictionQueue.Enough, (await first).Count);
        _queue.Hurry();
        Assert.NotEmpty(await second);
    }

    [Fact]
    public async Task A_closed_queue_gives_what_is_in_it_and_takes_no_more()
    {
        ComeFast();
        Add(2);
        _queue.Close();
        Assert.False(_queue.TryAdd(Prediction()));
        Assert.Equal(2, (await TakeAsync()).Count);
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task A_ticket_hurries_when_it_is_asked_for_its_entry_and_not_before()
    {
        var ticket = new PredictionTicket("id", new TaskCompletionSource<LoggedEntry>().Task, _queue);
        ComeFast();
        Add(1);
        var taken = TakeAsync();
        Assert.Equal("id", ticket.DecisionId);
        await UntilGatheringAsync();
        Assert.False(ticket.Logged.IsCompleted);
        Assert.Single(await taken);
    }

    private void ComeFast()
    {
        Add(PredictionQueue.GatheringFromPerSecond);
        Drain(PredictionQueue.GatheringFromPerSecond);
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(_queue.TryAdd(Prediction()));
        }
    }

    // In pieces of which the rest is as many at least, so that nothing is waited for.
    private void Drain(int count)
    {
        while (count > 0)
        {
            count -= _queue.Take(Math.Min(count, PredictionQueue.Enough)).Count;
        }
    }

    private Task<List<PendingPrediction>> TakeAsync(int most = 512) =>
        Task
            .Factory.StartNew(() => _queue.Take(most), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(Limit);

    private async Task UntilGatheringAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!_queue.IsGathering)
        {
            await Task.Delay(1, limit.Token);
        }
    }

    private static PendingPrediction Prediction() => new(PredictionHome.Facts(), [], null, new RecordOptions());
}
