using Hallmark.Anchors;
using Hallmark.Core.Events;

namespace Hallmark.Home.Tests;

/// <summary>Work that was begun ends also when no more is to be begun; whoever watches hears of each piece once, but not of one that the stop itself cut off.</summary>
public sealed class WatchedHandlerTests : IDisposable
{
    private static readonly OutboxWork Work = new("mail", "x"u8.ToArray());
    private readonly CancellationTokenSource _stop = new();
    private readonly List<OutboxStep> _steps = [];

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task What_is_done_or_waits_is_told_and_handed_on()
    {
        var waits = OutboxResult.NotYet(TimeSpan.FromMinutes(1), "soon");
        Assert.Equal(OutboxResult.Done, await Watched(_ => Task.FromResult(OutboxResult.Done)).HandleAsync(Work, CancellationToken.None));
        Assert.Equal(waits, await Watched(_ => Task.FromResult(waits)).HandleAsync(Work, CancellationToken.None));
        Assert.Equal([(OutboxResult?)OutboxResult.Done, waits], _steps.Select(step => step.Result));
        Assert.All(_steps, step => Assert.Null(step.Failure));
    }

    [Fact]
    public async Task A_failure_is_told_and_thrown_on()
    {
        var failure = new AnchorUnavailableException("away");
        Assert.Same(
            failure,
            await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
                Watched(_ => throw failure).HandleAsync(Work, CancellationToken.None)
            )
        );
        Assert.Equal((null, failure), (Assert.Single(_steps).Result, _steps[0].Failure));
    }

    /// <summary>The runner's token says that no more is to be begun; only the stop cuts off what is under way.</summary>
    [Fact]
    public async Task Work_that_is_under_way_goes_on_when_no_more_is_to_be_begun()
    {
        using var noMore = new CancellationTokenSource();
        var given = CancellationToken.None;
        var begun = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var handling = Watched(async token =>
            {
                given = token;
                begun.SetResult();
                await finish.Task;
                token.ThrowIfCancellationRequested();
                return OutboxResult.Done;
            })
            .HandleAsync(Work, noMore.Token);
        await begun.Task;
        await noMore.CancelAsync();
        Assert.False(given.IsCancellationRequested);
        finish.SetResult();
        Assert.Equal(OutboxResult.Done, await handling);
        Assert.Equal(_stop.Token, given);
    }

    [Fact]
    public async Task What_the_stop_cut_off_is_no_failure_to_tell()
    {
        var handling = Watched(async token =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return OutboxResult.Done;
            })
            .HandleAsync(Work, CancellationToken.None);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handling);
        Assert.Empty(_steps);
    }

    [Fact]
    public async Task A_time_limit_of_the_work_itself_that_ran_out_is_told()
    {
        await Assert.ThrowsAsync<TaskCanceledException>(() =>
            Watched(_ => throw new TaskCanceledException("the request took too long")).HandleAsync(Work, CancellationToken.None)
        );
        Assert.IsType<TaskCanceledException>(Assert.Single(_steps).Failure);
        Assert.Equal("mail: not done: TaskCanceledException", _steps[0].Describe());
    }

    [Fact]
    public async Task Where_nobody_watches_the_work_is_done_all_the_same()
    {
        var handler = new WatchedHandler(new Handler(_ => Task.FromResult(OutboxResult.Done)), watch: null, _stop.Token);
        Assert.Equal(OutboxResult.Done, await handler.HandleAsync(Work, CancellationToken.None));
        Assert.Equal(("mail", true), (handler.Kind, handler.HasOneDestination));
    }

    private WatchedHandler Watched(Func<CancellationToken, Task<OutboxResult>> handle) => new(new Handler(handle), _steps.Add, _stop.Token);

    private sealed class Handler(Func<CancellationToken, Task<OutboxResult>> handle) : IOutboxHandler
    {
        public string Kind => "mail";

        public bool HasOneDestination => true;

        public Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken) => handle(cancellationToken);
    }
}
