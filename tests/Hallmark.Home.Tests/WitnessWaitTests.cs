using System.Collections.Concurrent;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

/// <summary>Waiting until every anchor has an event as far as was asked: what is shown after each round, and how the waiting ends.</summary>
public sealed class WitnessWaitTests : IAsyncDisposable
{
    private readonly HomeScene _scene = new();
    private readonly TestClock _clock = new();
    private readonly ConcurrentQueue<IReadOnlyList<AnchorProgress>> _shown = [];
    private SmallCalendar? _calendar;

    public async ValueTask DisposeAsync()
    {
        if (_calendar is not null)
        {
            await _calendar.DisposeAsync();
        }

        _scene.Dispose();
    }

    [Fact]
    public async Task What_every_anchor_has_at_once_is_not_waited_for()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("one"), _scene.VaultAnchor("two")] };
        var eventId = await RecordAsync(settings);
        var progress = await WaitAsync(settings, eventId, ReceiptState.Final, TimeSpan.FromHours(1));
        Assert.Equal([("one", true), ("two", true)], progress.Select(one => (one.Anchor, one.IsReached)));
        Assert.All(progress, one => Assert.Equal((ReceiptState.Final, 1L), (one.Receipt!.State, one.Receipt.TreeSize!.Value)));
        Assert.Same(progress, Assert.Single(_shown));
    }

    [Fact]
    public async Task Without_anchors_there_is_nothing_to_wait_for()
    {
        var eventId = await RecordAsync(new HallmarkSettings());
        Assert.Empty(await WaitAsync(new HallmarkSettings(), eventId, ReceiptState.Final, TimeSpan.FromHours(1)));
        Assert.Empty(Assert.Single(_shown));
    }

    [Fact]
    public async Task A_level_that_is_reached_ends_the_waiting_though_more_will_come()
    {
        _calendar = await SmallCalendar.StartAsync();
        var settings = new HallmarkSettings { Anchors = [_calendar.Anchor("ots")] };
        var eventId = await RecordAsync(settings);
        var progress = Assert.Single(await WaitAsync(settings, eventId, ReceiptState.Submitted, TimeSpan.FromHours(1)));
        Assert.Equal((true, ReceiptState.Submitted), (progress.IsReached, progress.Receipt!.State));
        Assert.Single(_shown);
    }

    [Fact]
    public async Task A_level_that_is_not_reached_yet_is_waited_for_in_rounds_until_it_is()
    {
        _calendar = await SmallCalendar.StartAsync();
        var settings = new HallmarkSettings { Anchors = [_calendar.Anchor("ots")] };
        var eventId = await RecordAsync(settings);
        var waiting = WaitAsync(settings, eventId, ReceiptState.Confirmed, TimeSpan.FromDays(30));
        await AdvanceUntilAsync(waiting, () => _shown.Count == 3);
        Assert.False(waiting.IsCompleted);
        Assert.All(_shown.Take(3), round => Assert.Equal((false, ReceiptState.Submitted), (round[0].IsReached, round[0].Receipt!.State)));
        _calendar.Height = 358_391;
        await AdvanceUntilAsync(waiting, () => false);
        Assert.Equal((true, ReceiptState.Confirmed), (Assert.Single(await waiting).IsReached, (await waiting)[0].Receipt!.State));
    }

    [Fact]
    public async Task When_the_time_is_up_it_says_how_far_each_anchor_came()
    {
        var settings = new HallmarkSettings
        {
            Anchors = [_scene.VaultAnchor("vault"), new CheckpointFileSettings { Name = "far", Folder = "/nowhere/at/all" }],
        };
        var eventId = await RecordAsync(settings);
        var waiting = WaitAsync(settings, eventId, ReceiptState.Submitted, TimeSpan.FromMinutes(10));
        await AdvanceUntilAsync(waiting, () => false);
        var progress = await waiting;
        Assert.Equal([("vault", true), ("far", false)], progress.Select(one => (one.Anchor, one.IsReached)));
        Assert.Equal(ReceiptState.Prepared, progress[1].Receipt?.State ?? ReceiptState.Prepared);
    }

    [Fact]
    public async Task No_time_at_all_is_one_round()
    {
        var settings = new HallmarkSettings { Anchors = [new CheckpointFileSettings { Name = "far", Folder = "/nowhere/at/all" }] };
        var eventId = await RecordAsync(settings);
        Assert.False(Assert.Single(await WaitAsync(settings, eventId, ReceiptState.Final, TimeSpan.Zero)).IsReached);
        Assert.Single(_shown);
    }

    /// <summary>A refusal for good is no less an end than success: nothing would come of waiting.</summary>
    [Fact]
    public async Task A_receipt_that_was_refused_is_not_waited_for_and_not_reached()
    {
        _calendar = await SmallCalendar.StartAsync();
        var settings = new HallmarkSettings { Anchors = [_calendar.Anchor("ots")] };
        var eventId = await RecordAsync(settings);
        await WaitAsync(settings, eventId, ReceiptState.Submitted, TimeSpan.Zero);
        await using (var session = _scene.Open(settings, time: _clock))
        {
            var ledger = await session.OpenLedgerAsync(CancellationToken.None);
            var receipt = Assert.Single(await ledger.Receipts.ListAsync("ots", null, 10, CancellationToken.None));
            await ledger.Receipts.PutAsync(
                receipt with
                {
                    State = ReceiptState.Rejected,
                    RefreshAfter = null,
                    Remark = "the place refused it",
                },
                CancellationToken.None
            );
        }

        foreach (var level in new[] { ReceiptState.Prepared, ReceiptState.Submitted, ReceiptState.Final })
        {
            var progress = Assert.Single(await WaitAsync(settings, eventId, level, TimeSpan.FromDays(1)));
            Assert.Equal((false, ReceiptState.Rejected), (progress.IsReached, progress.Receipt!.State));
        }
    }

    [Fact]
    public async Task Of_several_checkpoints_over_an_entry_the_one_that_came_furthest_counts()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var first = await RecordAsync(settings, "first");
        await WaitAsync(settings, first, ReceiptState.Final, TimeSpan.Zero);
        var second = await RecordAsync(settings, "second");
        await WaitAsync(settings, second, ReceiptState.Final, TimeSpan.Zero);
        foreach (
            var (state, other) in new[] { (ReceiptState.Rejected, ReceiptState.Submitted), (ReceiptState.Confirmed, ReceiptState.Prepared) }
        )
        {
            await SetStatesAsync(settings, state, other);
            var furthest = state is ReceiptState.Rejected ? other : state;
            Assert.Equal(furthest, (await WaitAsync(settings, first, ReceiptState.Final, TimeSpan.Zero))[0].Receipt!.State);
            Assert.Equal(other, (await WaitAsync(settings, second, ReceiptState.Final, TimeSpan.Zero))[0].Receipt!.State);
        }
    }

    [Fact]
    public async Task An_event_that_is_not_in_the_ledger_is_bad_input()
    {
        await RecordAsync(new HallmarkSettings());
        var refused = await Assert.ThrowsAsync<BadInputException>(() =>
            WaitAsync(new HallmarkSettings(), "01900000-0000-7000-8000-000000000000", ReceiptState.Final, TimeSpan.FromDays(1))
        );
        Assert.Equal("no event 01900000-0000-7000-8000-000000000000 in the ledger", refused.Message);
        Assert.Empty(_shown);
    }

    [Fact]
    public async Task Whoever_waits_can_be_called_off_and_the_ledger_is_free_in_the_pauses()
    {
        var settings = new HallmarkSettings { Anchors = [new CheckpointFileSettings { Name = "far", Folder = "/nowhere/at/all" }] };
        var eventId = await RecordAsync(settings);
        using var stop = new CancellationTokenSource();
        _clock.Stop();
        var waiting = WaitAsync(settings, eventId, ReceiptState.Final, TimeSpan.FromDays(1), stop.Token);
        while (_shown.IsEmpty)
        {
            await Task.Delay(1);
        }

        await RecordAsync(settings, "beside");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private async Task SetStatesAsync(HallmarkSettings settings, ReceiptState first, ReceiptState second)
    {
        await using var session = _scene.Open(settings, time: _clock);
        var ledger = await session.OpenLedgerAsync(CancellationToken.None);
        foreach (var receipt in await ledger.Receipts.ListAsync("vault", null, 10, CancellationToken.None))
        {
            await ledger.Receipts.PutAsync(receipt with { State = receipt.TreeSize == 1 ? first : second }, CancellationToken.None);
        }
    }

    private async Task AdvanceUntilAsync(Task waiting, Func<bool> isEnough)
    {
        while (!waiting.IsCompleted && !isEnough())
        {
            _clock.Advance(TimeSpan.FromSeconds(30));

            // A round works for some time, in which the clock must not run away from it.
            var seen = _shown.Count;
            for (var i = 0; i < 20 && _shown.Count == seen && !waiting.IsCompleted; i++)
            {
                await Task.Delay(1);
            }
        }
    }

    private async Task<string> RecordAsync(HallmarkSettings settings, string content = "one")
    {
        await using var session = _scene.Open(settings, time: _clock);
        return (await _scene.RecordAsync(session, content)).EventId;
    }

    private Task<IReadOnlyList<AnchorProgress>> WaitAsync(
        HallmarkSettings settings,
        string eventId,
        ReceiptState level,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    ) =>
        new WitnessWait(() => _scene.Open(settings, time: _clock), _clock).RunAsync(
            eventId,
            level,
            timeout,
            _shown.Enqueue,
            cancellationToken
        );
}
