using System.Text;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Tests;

public sealed class AnchorWorkHandlerTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly MemoryReceipts _receipts = new();
    private readonly SettableClock _clock = new();
    private readonly ScriptedAnchor _anchor;

    public AnchorWorkHandlerTests() => _anchor = new ScriptedAnchor(_clock);

    [Fact]
    public async Task One_piece_of_work_goes_from_prepared_over_sent_to_final_in_one_receipt()
    {
        var (handler, work) = (Handler(), Envelope("a"));
        var result = await handler.HandleAsync(work, None);
        Assert.Equal(ScriptedAnchor.RefreshPause, result.Pause);
        Assert.Equal(ReceiptState.Submitted, Assert.Single(_receipts.All).State);

        _clock.Advance(ScriptedAnchor.RefreshPause);
        Assert.NotNull((await handler.HandleAsync(work, None)).Pause);
        Assert.Equal(ReceiptState.Confirmed, Assert.Single(_receipts.All).State);

        _clock.Advance(ScriptedAnchor.RefreshPause);
        Assert.Equal(OutboxResult.Done, await handler.HandleAsync(work, None));
        Assert.Equal(ReceiptState.Final, Assert.Single(_receipts.All).State);
        Assert.Equal(["prepare", "send 1", "refresh", "refresh"], _anchor.Calls);
    }

    [Fact]
    public async Task Work_that_comes_too_early_asks_nobody_and_waits_on()
    {
        var (handler, work) = (Handler(), Envelope("a"));
        await handler.HandleAsync(work, None);
        _clock.Advance(ScriptedAnchor.RefreshPause / 2);
        Assert.Equal(ScriptedAnchor.RefreshPause / 2, (await handler.HandleAsync(work, None)).Pause);
        Assert.DoesNotContain("refresh", _anchor.Calls);
    }

    [Fact]
    public async Task What_was_prepared_is_kept_before_it_is_sent_and_sent_again_as_it_is_after_a_failure()
    {
        var (handler, work) = (Handler(), Envelope("a"));
        _anchor.Failure = new AnchorUnavailableException("closed");
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => handler.HandleAsync(work, None));
        Assert.Equal(ReceiptState.Prepared, Assert.Single(_receipts.All).State);

        _anchor.Failure = null;
        await Handler().HandleAsync(work, None);
        Assert.Equal(["prepare", "send 1", "send 1"], _anchor.Calls);
    }

    [Fact]
    public async Task A_refusal_for_good_leaves_the_receipt_as_it_was()
    {
        _anchor.Failure = new BadInputException("too large");
        await Assert.ThrowsAsync<BadInputException>(() => Handler().HandleAsync(Envelope("a"), None));
        Assert.Equal(ReceiptState.Prepared, Assert.Single(_receipts.All).State);
    }

    [Fact]
    public async Task What_was_sent_is_kept_even_where_the_caller_gave_up_meanwhile()
    {
        using var gaveUp = new CancellationTokenSource();
        _anchor.OnSend = gaveUp.Cancel;
        await Handler().HandleAsync(Envelope("a"), gaveUp.Token);
        Assert.Equal(ReceiptState.Submitted, Assert.Single(_receipts.All).State);
    }

    [Fact]
    public async Task The_same_digest_twice_in_the_outbox_is_sent_once()
    {
        await Handler().HandleAsync(Envelope("a"), None);
        await Handler().HandleAsync(Envelope("a"), None);
        Assert.Equal(1, _anchor.Calls.Count(call => call.StartsWith("send", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_anchor_that_gets_a_checkpoint_every_ten_minutes_gets_the_newest_one_and_no_other()
    {
        long newest = 10;
        var handler = Handler(new AnchorSchedule(TimeSpan.FromMinutes(10), () => newest));
        await handler.HandleAsync(Checkpoint(10), None);

        newest = 20;
        _clock.Advance(TimeSpan.FromMinutes(4));
        var wait = await handler.HandleAsync(Checkpoint(20), None);
        Assert.Equal(TimeSpan.FromMinutes(6), wait.Pause);

        newest = 30;
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(OutboxResult.Done, await handler.HandleAsync(Checkpoint(20), None));
        await handler.HandleAsync(Checkpoint(30), None);
        Assert.Equal([10, 30], _receipts.All.Select(receipt => receipt.TreeSize!.Value).Order());
    }

    [Fact]
    public async Task A_clock_that_jumped_back_delays_a_checkpoint_by_one_interval_at_most()
    {
        long newest = 10;
        var handler = Handler(new AnchorSchedule(TimeSpan.FromMinutes(10), () => newest));
        await handler.HandleAsync(Checkpoint(10), None);
        newest = 20;
        _clock.Advance(TimeSpan.FromDays(-30));
        Assert.Equal(TimeSpan.FromMinutes(10), (await handler.HandleAsync(Checkpoint(20), None)).Pause);
        Assert.NotNull((await handler.HandleAsync(Checkpoint(10), None)).Pause);
        Assert.Contains("refresh", _anchor.Calls);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"target\":\"envelope\",\"content\":\"not base64\"}")]
    [InlineData("{\"target\":\"checkpoint\",\"content\":\"AAAA\"}")]
    [InlineData("nothing")]
    public async Task Damaged_work_is_refused_for_good_and_sends_nothing(string body)
    {
        var work = new OutboxWork(AnchorWork.KindOf("scripted"), Encoding.UTF8.GetBytes(body));
        await Assert.ThrowsAsync<BadInputException>(() => Handler().HandleAsync(work, None));
        Assert.Empty(_anchor.Calls);
    }

    [Fact]
    public void Work_reads_back_as_it_was_described()
    {
        var checkpoint = AnchorWork.Read(Checkpoint(7));
        Assert.Equal((AnchorTarget.Checkpoint, "log.example", 7), (checkpoint.Target, checkpoint.Origin, checkpoint.TreeSize!.Value));
        var envelope = AnchorWork.Read(Envelope("bytes"));
        Assert.Equal("bytes"u8, envelope.Content.Span);
        Assert.Equal(AnchorTarget.Envelope, envelope.Target);
    }

    private AnchorWorkHandler Handler(AnchorSchedule? schedule = null) =>
        new(_anchor, _receipts, schedule ?? AnchorSchedule.EveryCheckpoint, _clock);

    private static OutboxWork Envelope(string content) =>
        AnchorWork.Describe("scripted", AnchorSubmission.OfEnvelope(Encoding.UTF8.GetBytes(content)));

    private static OutboxWork Checkpoint(long size) =>
        AnchorWork.Describe("scripted", AnchorSubmission.OfCheckpoint("log.example", size, Encoding.UTF8.GetBytes($"note {size}\n")));
}
