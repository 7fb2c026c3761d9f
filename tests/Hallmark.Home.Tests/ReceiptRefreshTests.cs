using System.Text;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Ledger.Outbox;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

/// <summary>Asking after receipts out of turn: each that may still grow is asked after once, whatever becomes of it, and one anchor's silence is not another's.</summary>
public sealed class ReceiptRefreshTests : IAsyncDisposable
{
    private readonly HomeScene _scene = new();
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
    public async Task A_receipt_that_comes_further_is_asked_after_once()
    {
        await using var session = await SubmitAsync("one", "two");
        _calendar!.Height = 358_391;
        var refreshed = await ReceiptRefresh.RunAsync(session, only: null, CancellationToken.None);
        Assert.Equal((2, 2), (refreshed.Asked, refreshed.Advanced));
        Assert.Equal("2 asked, 2 came further", refreshed.Describe());
        Assert.Equal(2, _calendar.Questions);
        var kept = await session.FindLedger()!.Receipts.ListAsync("ots", null, 10, CancellationToken.None);
        Assert.All(kept, receipt => Assert.Equal((ReceiptState.Confirmed, 358_391L), (receipt.State, receipt.Block!.Height)));
    }

    [Fact]
    public async Task A_receipt_that_stays_where_it_is_counts_as_asked_and_is_asked_again_the_next_time()
    {
        await using var session = await SubmitAsync("one");
        for (var round = 1; round <= 2; round++)
        {
            var refreshed = await ReceiptRefresh.RunAsync(session, only: null, CancellationToken.None);
            Assert.Equal("1 asked, 0 came further", refreshed.Describe());
            Assert.Equal(round, _calendar!.Questions);
        }
    }

    [Fact]
    public async Task What_the_outbox_would_ask_only_later_is_asked_now()
    {
        await using var session = await SubmitAsync("one");
        var receipt = Assert.Single(await session.FindLedger()!.Receipts.ListAsync("ots", null, 10, CancellationToken.None));
        Assert.True(receipt.RefreshAfter > _scene.Clock.GetUtcNow());
        Assert.Equal(0, (await session.DrainOutboxAsync(CancellationToken.None)).Done);
        Assert.Equal(0, _calendar!.Questions);
        Assert.Equal(1, (await ReceiptRefresh.RunAsync(session, "ots", CancellationToken.None)).Asked);
    }

    [Fact]
    public async Task An_anchor_that_does_not_answer_is_named_and_the_others_are_asked()
    {
        await using var deaf = await SmallCalendar.StartAsync();
        _calendar = await SmallCalendar.StartAsync();
        var settings = new HallmarkSettings { Anchors = [deaf.Anchor("deaf"), _calendar.Anchor("ots")] };
        await using var session = _scene.Open(settings);
        await _scene.RecordAsync(session, "one");
        await session.DrainOutboxAsync(CancellationToken.None);
        deaf.Misbehaviour = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var refreshed = await ReceiptRefresh.RunAsync(session, only: null, CancellationToken.None);
        Assert.StartsWith("deaf: no calendar answers: ", Assert.Single(refreshed.Failures), StringComparison.Ordinal);
        Assert.Equal("1 asked, 0 came further, 1 anchors did not answer", refreshed.Describe());
        var kept = await session.FindLedger()!.Receipts.ListAsync("deaf", null, 10, CancellationToken.None);
        Assert.Equal(ReceiptState.Submitted, Assert.Single(kept).State);
    }

    [Fact]
    public async Task Only_the_named_anchor_is_asked_and_a_name_that_is_none_is_refused()
    {
        await using var other = await SmallCalendar.StartAsync();
        _calendar = await SmallCalendar.StartAsync();
        await using var session = _scene.Open(new HallmarkSettings { Anchors = [other.Anchor("other"), _calendar.Anchor("ots")] });
        await _scene.RecordAsync(session, "one");
        await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal(1, (await ReceiptRefresh.RunAsync(session, "ots", CancellationToken.None)).Asked);
        Assert.Equal((0, 1), (other.Questions, _calendar.Questions));
        var refused = await Assert.ThrowsAsync<BadInputException>(() => ReceiptRefresh.RunAsync(session, "OTS", CancellationToken.None));
        Assert.Equal("there is no anchor \"OTS\" in the settings", refused.Message);
        Assert.Equal(["hallmark anchors list"], refused.Hints);
    }

    [Fact]
    public async Task Where_every_receipt_is_final_nobody_is_asked()
    {
        await using var session = _scene.Open(new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] });
        await _scene.RecordAsync(session, "one");
        await session.DrainOutboxAsync(CancellationToken.None);
        var refreshed = await ReceiptRefresh.RunAsync(session, only: null, CancellationToken.None);
        Assert.Equal("every receipt is final: there is nothing to ask", refreshed.Describe());
        Assert.Equal("""{"asked":0,"advanced":0,"failures":[]}""", refreshed.ToJson().ToJsonString());
    }

    [Fact]
    public async Task A_final_receipt_that_waits_for_more_is_asked_after_and_one_that_was_refused_is_not()
    {
        await using var session = await SubmitAsync("one");
        var ledger = await session.OpenLedgerAsync(CancellationToken.None);
        var receipt = Assert.Single(await ledger.Receipts.ListAsync("ots", null, 10, CancellationToken.None));
        foreach (
            var (state, refreshAfter) in new (ReceiptState, DateTimeOffset?)[]
            {
                (ReceiptState.Final, _scene.Clock.GetUtcNow()),
                (ReceiptState.Final, null),
                (ReceiptState.Rejected, _scene.Clock.GetUtcNow()),
            }
        )
        {
            var other = Digest.Compute(DigestAlgorithm.Sha256, Encoding.UTF8.GetBytes($"{state} {refreshAfter}"));
            await ledger.Receipts.PutAsync(
                receipt with
                {
                    Digest = other,
                    State = state,
                    RefreshAfter = refreshAfter,
                },
                CancellationToken.None
            );
        }

        Assert.Equal(2, (await ReceiptRefresh.RunAsync(session, only: null, CancellationToken.None)).Asked);
    }

    [Fact]
    public async Task While_another_process_does_the_anchors_work_its_receipts_are_left_to_that_one()
    {
        await (await SubmitAsync("one")).DisposeAsync();
        var clock = new TestClock();
        await using var session = _scene.Open(new HallmarkSettings { Anchors = [_calendar!.Anchor("ots")] }, time: clock);
        var claims = new OutboxClaims(_scene.Home.LedgerFolder, TimeSpan.Zero, clock);
        using (await claims.TryTakeAsync("anchor:ots", CancellationToken.None))
        {
            var refreshing = ReceiptRefresh.RunAsync(session, only: null, CancellationToken.None);
            while (!refreshing.IsCompleted)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            var refreshed = await refreshing;
            Assert.Equal(
                $"ots: another process (number {Environment.ProcessId}) does the work of anchor:ots now",
                Assert.Single(refreshed.Failures)
            );
            Assert.Equal((0, 0), (refreshed.Asked, _calendar.Questions));
        }

        Assert.Equal(1, (await ReceiptRefresh.RunAsync(session, only: null, CancellationToken.None)).Asked);
    }

    [Fact]
    public async Task What_was_answered_before_an_anchor_fell_silent_is_kept()
    {
        await using var session = await SubmitAsync("one", "two", "three");
        _calendar!.Height = 7;
        var answered = 0;
        var calendar = _calendar;
        calendar.Misbehaviour = async context =>
        {
            if (Interlocked.Increment(ref answered) > 1)
            {
                context.Response.StatusCode = 500;
                return;
            }

            // Height 7 in a block.
            await context.Response.Body.WriteAsync(Convert.FromHexString("000588960d73d719010107"));
        };
        var refreshed = await ReceiptRefresh.RunAsync(session, only: null, CancellationToken.None);
        Assert.Equal((1, 1, 1), (refreshed.Asked, refreshed.Advanced, refreshed.Failures.Count));
        Assert.Equal(2, answered);
        var states = (await session.FindLedger()!.Receipts.ListAsync("ots", null, 10, CancellationToken.None)).Select(one => one.State);
        Assert.Equal([ReceiptState.Submitted, ReceiptState.Submitted, ReceiptState.Confirmed], states.Order());
    }

    private async Task<Session> SubmitAsync(params string[] contents)
    {
        _calendar = await SmallCalendar.StartAsync();
        var session = _scene.Open(new HallmarkSettings { Anchors = [_calendar.Anchor("ots")] });
        foreach (var content in contents)
        {
            await _scene.RecordAsync(session, content);
        }

        var report = await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal((0L, (long)contents.Length), (report.ToDo, report.Waiting));
        return session;
    }
}
