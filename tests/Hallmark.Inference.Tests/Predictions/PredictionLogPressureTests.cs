using Hallmark.Core.Failures;
using Hallmark.Inference.Predictions;
using Hallmark.Mlflow.Events;
using Hallmark.Sqlite;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>A log that is full, that closes, or whose disk refuses.</summary>
public sealed class PredictionLogPressureTests : IAsyncLifetime
{
    private PredictionHome _home = null!; // ! made before each test

    public Task InitializeAsync()
    {
        _home = PredictionHome.Create();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _home.DisposeAsync().AsTask();

    [Fact]
    public async Task A_full_log_gives_no_place_until_one_comes_back()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger, new PredictionLogOptions { Mode = PredictionMode.Batched, Places = 3 });
        var places = Enumerable.Range(0, 3).Select(_ => log.TryReserve()!).ToList();
        Assert.Null(log.TryReserve());
        Assert.Equal(3, log.UnderWay);

        var waiting = log.ReserveAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        places[0].Dispose();
        places[0].Dispose();
        using var waited = await waiting;
        Assert.Null(log.TryReserve());

        await places[1].Record(PredictionHome.Facts(), null, new RecordOptions()).Logged;
        using var next = await log.ReserveAsync(CancellationToken.None);
        Assert.Equal(3, log.UnderWay);
        places[2].Dispose();
    }

    [Fact]
    public async Task A_place_is_filled_once()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger);
        using var place = log.TryReserve()!;
        await place.Record(PredictionHome.Facts(), null, new RecordOptions()).Logged;
        Assert.Throws<InvalidOperationException>(() => place.Record(PredictionHome.Facts(), null, new RecordOptions()));
        Assert.Equal((0, 1L), (log.UnderWay, ledger.Count));
    }

    [Fact]
    public async Task Who_waits_for_a_place_may_give_up()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger, new PredictionLogOptions { Places = 1 });
        using var place = log.TryReserve()!;
        using var giveUp = new CancellationTokenSource();
        var waiting = log.ReserveAsync(giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.AsTask());
        place.Dispose();
        using var again = log.TryReserve();
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Disposal_puts_everything_recorded_on_disk_and_lets_reserved_places_be_filled()
    {
        var ledger = await _home.OpenAsync();
        var log = PredictionHome.Log(ledger);
        var tickets = Enumerable.Range(0, 500).Select(_ => PredictionHome.Record(log)).ToList();
        var last = log.TryReserve()!;
        var closing = log.DisposeAsync();
        Assert.Throws<UnavailableException>(() => log.TryReserve());
        await Assert.ThrowsAsync<UnavailableException>(() => log.ReserveAsync(CancellationToken.None).AsTask());
        tickets.Add(last.Record(PredictionHome.Facts(), null, new RecordOptions()));
        await closing;
        Assert.All(tickets, ticket => Assert.True(ticket.Logged.IsCompletedSuccessfully));
        Assert.Equal(501, ledger.Count);
        await log.DisposeAsync();
    }

    [Fact]
    public async Task A_place_that_nobody_gives_back_does_not_hold_up_the_disposal_for_ever_and_cannot_be_filled_afterwards()
    {
        var ledger = await _home.OpenAsync();
        var log = PredictionHome.Log(ledger, new PredictionLogOptions { DrainTimeout = TimeSpan.FromMilliseconds(20) });
        var forgotten = log.TryReserve()!;
        var recorded = PredictionHome.Record(log);
        await log.DisposeAsync();
        await recorded.Logged;
        var late = forgotten.Record(PredictionHome.Facts(), null, new RecordOptions());
        await Assert.ThrowsAsync<UnavailableException>(() => late.Logged);
        Assert.Equal(1, ledger.Count);
    }

    [Fact]
    public async Task Who_waits_for_a_place_hears_that_the_log_closes()
    {
        var ledger = await _home.OpenAsync();
        var log = PredictionHome.Log(ledger, new PredictionLogOptions { Places = 1 });
        var place = log.TryReserve()!;
        var waiting = log.ReserveAsync(CancellationToken.None);
        var closing = log.DisposeAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => waiting.AsTask());
        place.Dispose();
        await closing;
    }

    /// <summary>A trigger stands for the disk: nothing can be inserted.</summary>
    [Theory]
    [InlineData(PredictionMode.Batched)]
    [InlineData(PredictionMode.Direct)]
    public async Task A_disk_that_refuses_fails_the_tickets_closes_the_log_for_a_while_and_then_all_goes_on(PredictionMode mode)
    {
        var ledger = await _home.OpenAsync();
        var clock = new ForwardClock();
        await using var log = new LedgerPredictionLog(ledger, PredictionHome.Key, clock, new PredictionLogOptions { Mode = mode });
        await PredictionHome.Record(log).Logged;
        Execute("CREATE TRIGGER refusal BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        var places = Enumerable.Range(0, 20).Select(_ => log.TryReserve()!).ToList();
        var tickets = places.Select(place => place.Record(PredictionHome.Facts(), null, new RecordOptions())).ToList();
        foreach (var ticket in tickets)
        {
            var failure = await Assert.ThrowsAsync<UnavailableException>(() => ticket.Logged);
            Assert.Contains("the disk is full", failure.Message);
        }

        Assert.Equal(1, ledger.Count);
        await UntilAsync(() => log.UnderWay == 0);
        Assert.Contains("the disk is full", Assert.Throws<UnavailableException>(() => log.TryReserve()).Message);
        await Assert.ThrowsAsync<UnavailableException>(() => log.ReserveAsync(CancellationToken.None).AsTask());

        Execute("DROP TRIGGER refusal");
        clock.Advance(TimeSpan.FromSeconds(2));
        await PredictionHome.Record(log).Logged;
        Assert.Equal(2, ledger.Count);
    }

    [Fact]
    public async Task A_ledger_that_was_closed_under_the_log_fails_the_tickets()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger);
        await ledger.DisposeAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => PredictionHome.Record(log).Logged);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private void Execute(string sql)
    {
        using var session = SqliteSession.Open(Path.Combine(_home.Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromSeconds(20));
        session.Execute(sql);
    }
}
