using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Outbox;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

public sealed class OutboxTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly MovableTime _time = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Work_logged_with_an_event_is_there_after_a_restart_and_is_done_once_in_order()
    {
        await using (var ledger = await OpenAsync())
        {
            await ledger.AppendAsync(TestLedger.Event("a", work: [Work("1"), Work("2")]), CancellationToken.None);
            await ledger.AppendAsync(TestLedger.Event("b", work: Work("3")), CancellationToken.None);
        }

        await using (var ledger = await OpenAsync())
        {
            var handler = new Handler("mail");
            using var runner = Runner(ledger, handler);
            Assert.Equal(new OutboxDrain(3, 0, 0), await runner.DrainAsync(CancellationToken.None));
            Assert.Equal(["1", "2", "3"], handler.Bodies);
            Assert.Equal(new OutboxDrain(0, 0, 0), await runner.DrainAsync(CancellationToken.None));
            Assert.Empty(await ledger.Outbox.Reader.FindAsync(null, null, 10, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Work_of_a_refused_append_is_never_done()
    {
        await using var ledger = await OpenAsync();
        await ledger.AppendAsync(TestLedger.Event("a", chain: new ChainLink("c", null)), CancellationToken.None);
        await Assert.ThrowsAsync<ChainMovedException>(() =>
            ledger.AppendAsync(TestLedger.Event("b", chain: new ChainLink("c", null), work: Work("1")), CancellationToken.None)
        );
        Assert.Empty(await ledger.Outbox.Reader.FindAsync(null, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Failing_work_comes_back_after_pauses_that_grow_and_says_why_it_failed()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        var handler = new Handler("mail") { Failure = () => new UnavailableException("the post office is closed") };
        using var runner = Runner(ledger, handler);
        var pauses = new List<TimeSpan>();
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            Assert.Equal(new OutboxDrain(0, 1, 0), await runner.DrainAsync(CancellationToken.None));
            var item = Assert.Single(await ledger.Outbox.Reader.FindAsync(OutboxState.Pending, "mail", 10, CancellationToken.None));
            Assert.Equal((attempt, "the post office is closed"), (item.Attempts, item.LastError));
            var pause = item.DueAt - _time.GetUtcNow();
            Assert.InRange(
                pause,
                TimeSpan.FromSeconds(0.49 * Math.Pow(2, attempt - 1)),
                TimeSpan.FromSeconds(1.01 * Math.Pow(2, attempt - 1))
            );
            pauses.Add(pause);

            _time.Advance(pause - TimeSpan.FromMilliseconds(10));
            Assert.Equal(new OutboxDrain(0, 0, 0), await runner.DrainAsync(CancellationToken.None));
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        handler.Failure = null;
        Assert.Equal(new OutboxDrain(1, 0, 0), await runner.DrainAsync(CancellationToken.None));
        Assert.True(pauses.Select((pause, i) => pause / Math.Pow(2, i)).Distinct().Count() > 4, "pauses have no jitter");
    }

    [Fact]
    public async Task Work_is_given_up_after_so_many_tries_stays_visible_and_can_be_tried_again()
    {
        await using var ledger = await OpenAsync();
        var id = await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        var handler = new Handler("mail") { Failure = () => new InvalidOperationException("password=hunter2") };
        using var runner = Runner(ledger, handler, new OutboxOptions { MaxAttempts = 2 });
        await runner.DrainAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(new OutboxDrain(0, 0, 1), await runner.DrainAsync(CancellationToken.None));

        var dead = Assert.Single(await ledger.Outbox.Reader.FindAsync(OutboxState.Dead, null, 10, CancellationToken.None));
        Assert.Equal((id, 2, nameof(InvalidOperationException)), (dead.Id, dead.Attempts, dead.LastError));
        Assert.Equal([new OutboxCount("mail", 0, 1, null)], await ledger.Outbox.Reader.CountAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(new OutboxDrain(0, 0, 0), await runner.DrainAsync(CancellationToken.None));

        handler.Failure = null;
        Assert.True(await ledger.Outbox.RetryAsync(id, CancellationToken.None));
        Assert.False(await ledger.Outbox.RetryAsync(id + 1, CancellationToken.None));
        Assert.Equal(new OutboxDrain(1, 0, 0), await runner.DrainAsync(CancellationToken.None));
    }

    /// <summary>The machine was off for a fortnight, or the piece stood behind others that the place did not answer: it gets tries of its own before it is given up.</summary>
    [Fact]
    public async Task Work_that_waited_longer_than_the_deadline_is_not_given_up_before_it_was_tried_often()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        var handler = new Handler("mail") { Failure = () => new UnavailableException("closed") };
        using var runner = Runner(ledger, handler, new OutboxOptions { MinAttempts = 4 });
        for (var failures = 1; failures < 4; failures++)
        {
            _time.Advance(TimeSpan.FromDays(15));
            Assert.Equal(new OutboxDrain(0, 1, 0), await runner.DrainAsync(CancellationToken.None));
        }

        _time.Advance(TimeSpan.FromDays(15));
        Assert.Equal(new OutboxDrain(0, 0, 1), await runner.DrainAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Work_that_fails_for_too_long_is_given_up_and_all_dead_work_can_be_revived_by_kind()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        await ledger.Outbox.AddAsync(new OutboxWork("other", "x"u8.ToArray()), CancellationToken.None);
        using var runner = Runner(
            ledger,
            new Handler("mail") { Failure = () => new UnavailableException("closed") },
            new OutboxOptions { MinAttempts = 1 }
        );
        _time.Advance(TimeSpan.FromDays(15));
        Assert.Equal(new OutboxDrain(0, 0, 1), await runner.DrainAsync(CancellationToken.None));
        Assert.Equal(0, await ledger.Outbox.RetryDeadAsync("other", CancellationToken.None));
        Assert.Equal(1, await ledger.Outbox.RetryDeadAsync(null, CancellationToken.None));
        Assert.Equal(
            ["mail", "other"],
            (await ledger.Outbox.Reader.CountAsync(CancellationToken.None)).Where(count => count.Pending == 1).Select(count => count.Kind)
        );
    }

    [Fact]
    public async Task Work_that_the_other_side_refuses_for_good_is_given_up_at_once()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        using var runner = Runner(ledger, new Handler("mail") { Failure = () => new BadInputException("no such street") });
        Assert.Equal(new OutboxDrain(0, 0, 1), await runner.DrainAsync(CancellationToken.None));
        Assert.Equal(
            "no such street",
            Assert.Single(await ledger.Outbox.Reader.FindAsync(OutboxState.Dead, null, 10, CancellationToken.None)).LastError
        );
    }

    [Fact]
    public async Task One_kind_that_fails_does_not_hold_up_another()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        await ledger.Outbox.AddAsync(new OutboxWork("tag", "2"u8.ToArray()), CancellationToken.None);
        var good = new Handler("tag");
        using var runner = Runner(ledger, new Handler("mail") { Failure = () => new UnavailableException("closed") }, good);
        Assert.Equal(new OutboxDrain(1, 1, 0), await runner.DrainAsync(CancellationToken.None));
        Assert.Equal(["2"], good.Bodies);
    }

    [Fact]
    public async Task Appends_go_on_while_a_handler_runs()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        var handler = new Handler("mail") { During = () => ledger.AppendAsync("during") };
        using var runner = Runner(ledger, handler);
        Assert.Equal(new OutboxDrain(1, 0, 0), await runner.DrainAsync(CancellationToken.None));
        Assert.NotNull(await ledger.FindByEventIdAsync("during", CancellationToken.None));
    }

    [Fact]
    public async Task A_cancelled_drain_leaves_the_piece_that_was_under_way()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        using var runner = Runner(
            ledger,
            new Handler("mail")
            {
                Failure = () =>
                {
                    cancel.Cancel();
                    return new OperationCanceledException(cancel.Token);
                },
            }
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.DrainAsync(cancel.Token));
        Assert.Equal(
            0,
            Assert.Single(await ledger.Outbox.Reader.FindAsync(OutboxState.Pending, null, 10, CancellationToken.None)).Attempts
        );
    }

    [Fact]
    public async Task Each_published_checkpoint_leaves_its_work_in_the_same_transaction()
    {
        var options = TestLedger.Options(Folder) with { CheckpointWork = note => [new OutboxWork("anchor", note)] };
        await using var ledger = await TestLedger.OpenAsync(options);
        await ledger.AppendAsync("a");
        var first = await ledger.PublishAsync(CancellationToken.None);
        await ledger.PublishAsync(CancellationToken.None);
        await ledger.AppendAsync("b");
        var second = await ledger.PublishAsync(CancellationToken.None);
        var items = await ledger.Outbox.Reader.FindAsync(OutboxState.Pending, "anchor", 10, CancellationToken.None);
        Assert.Equal([first?.Note.ToArray(), second?.Note.ToArray()], items.Select(item => item.Work.Body.ToArray()));
        Assert.All(items, item => Assert.Null(item.EntryIndex));
    }

    [Fact]
    public async Task Work_for_a_checkpoint_that_cannot_be_kept_publishes_nothing()
    {
        var options = TestLedger.Options(Folder) with { CheckpointWork = _ => [new OutboxWork("", ReadOnlyMemory<byte>.Empty)] };
        var ledger = await TestLedger.OpenAsync(options);
        await ledger.AppendAsync("a");
        await Assert.ThrowsAsync<BadInputException>(() => ledger.PublishAsync(CancellationToken.None));
        Assert.Null(ledger.LatestCheckpoint);
        await Assert.ThrowsAsync<BadInputException>(async () => await ledger.DisposeAsync());
        await using var again = await OpenAsync();
        Assert.Equal(1, (await again.PublishAsync(CancellationToken.None))?.Size);
    }

    [Fact]
    public async Task Work_that_goes_on_elsewhere_is_no_failure_and_is_looked_at_again_after_its_pause()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        var handler = new Handler("mail") { Result = OutboxResult.NotYet(TimeSpan.FromMinutes(40), "waiting for a block") };
        using var runner = Runner(ledger, handler);
        Assert.Equal(new OutboxDrain(0, 0, 0, 1), await runner.DrainAsync(CancellationToken.None));
        var item = Assert.Single(await ledger.Outbox.Reader.FindAsync(OutboxState.Waiting, null, 10, CancellationToken.None));
        Assert.Equal((0, "waiting for a block"), (item.Attempts, item.LastError));
        Assert.Equal([new OutboxCount("mail", 0, 0, null, 1)], await ledger.Outbox.Reader.CountAsync(CancellationToken.None));

        _time.Advance(TimeSpan.FromMinutes(39));
        Assert.Equal(new OutboxDrain(0, 0, 0), await runner.DrainAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromMinutes(2));
        handler.Result = OutboxResult.Done;
        Assert.Equal(new OutboxDrain(1, 0, 0), await runner.DrainAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_place_that_does_not_answer_three_times_is_left_alone_with_all_its_work_while_others_go_on()
    {
        await using var ledger = await OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            await ledger.Outbox.AddAsync(Work($"{i}"), CancellationToken.None);
            await ledger.Outbox.AddAsync(new OutboxWork("other", "x"u8.ToArray()), CancellationToken.None);
        }

        var asked = 0;
        var dead = new Handler("mail")
        {
            HasOneDestination = true,
            Failure = () =>
            {
                asked++;
                return new UnavailableException("the post office is closed");
            },
        };
        using var runner = Runner(ledger, dead, new Handler("other"));
        Assert.Equal(new OutboxDrain(10, 3, 0), await runner.DrainAsync(CancellationToken.None));
        Assert.Equal(3, asked);
        var items = await ledger.Outbox.Reader.FindAsync(OutboxState.Pending, "mail", 100, CancellationToken.None);
        Assert.Equal(10, items.Count);
        Assert.All(items, item => Assert.True(item.DueAt > _time.GetUtcNow() && item.LastError == "the post office is closed"));

        _time.Advance(TimeSpan.FromHours(2));
        dead.Failure = null;
        Assert.Equal(new OutboxDrain(10, 0, 0), await runner.DrainAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_place_that_asks_to_be_left_alone_is_left_alone_for_as_long_but_never_for_more_than_a_day()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        var handler = new Handler("mail");
        using var runner = Runner(ledger, handler);
        foreach (
            var (asked, given) in new[]
            {
                (TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(7)),
                (TimeSpan.FromDays(400), TimeSpan.FromDays(1)),
            }
        )
        {
            handler.Failure = () => new UnavailableException("too many requests") { RetryAfter = asked };
            await runner.DrainAsync(CancellationToken.None);
            var item = Assert.Single(await ledger.Outbox.Reader.FindAsync(OutboxState.Pending, null, 10, CancellationToken.None));
            Assert.Equal(_time.GetUtcNow() + given, item.DueAt);
            _time.Advance(given + TimeSpan.FromSeconds(1));
        }
    }

    [Theory]
    [InlineData(498, 500)]
    [InlineData(499, 499)]
    [InlineData(500, 500)]
    public async Task A_long_error_is_cut_at_500_characters_and_never_within_one(int before, int kept)
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), CancellationToken.None);
        var message = new string('x', before) + "🙂 and more";
        using var runner = Runner(ledger, new Handler("mail") { Failure = () => new UnavailableException(message) });
        await runner.DrainAsync(CancellationToken.None);
        var item = Assert.Single(await ledger.Outbox.Reader.FindAsync(null, null, 10, CancellationToken.None));
        Assert.Equal(message[..kept], item.LastError);
    }

    private static OutboxWork Work(string body) => new("mail", System.Text.Encoding.UTF8.GetBytes(body));

    private Task<EventLedger> OpenAsync() =>
        EventLedger.OpenAsync(TestLedger.Options(Folder), TestLedger.Key, _time, CancellationToken.None);

    [Fact]
    public async Task A_runner_does_work_as_it_comes_until_it_is_stopped()
    {
        await using var ledger = await OpenAsync();
        using var arrived = new SemaphoreSlim(0);
        var handler = new Handler("mail")
        {
            During = () =>
            {
                arrived.Release();
                return Task.CompletedTask;
            },
        };
        using var stop = new CancellationTokenSource();
        using var runner = Runner(ledger, handler, new OutboxOptions { PollInterval = TimeSpan.FromMilliseconds(1) });
        var running = runner.RunAsync(stop.Token);
        foreach (var id in new[] { "a", "b", "c" })
        {
            await ledger.AppendAsync(TestLedger.Event(id, work: new OutboxWork("mail", System.Text.Encoding.UTF8.GetBytes(id))), default);
            Assert.True(await arrived.WaitAsync(TimeSpan.FromMinutes(2)));
        }

        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["a", "b", "c"], handler.Bodies);
    }

    [Fact]
    public async Task A_runner_stopped_in_the_middle_of_a_piece_ends_and_keeps_it()
    {
        await using var ledger = await OpenAsync();
        await ledger.AppendAsync(TestLedger.Event("a", work: new OutboxWork("mail", "a"u8.ToArray())), default);
        using var stop = new CancellationTokenSource();
        var handler = new Handler("mail") { During = () => stop.CancelAsync(), Failure = () => new OperationCanceledException(stop.Token) };
        using var runner = Runner(ledger, handler);
        await runner.RunAsync(stop.Token).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, Assert.Single(await ledger.Outbox.Reader.CountAsync(default)).Pending);
    }

    private OutboxRunner Runner(EventLedger ledger, params IOutboxHandler[] handlers) =>
        new(ledger.Outbox, handlers, new OutboxOptions(), _time, new Random(7));

    private OutboxRunner Runner(EventLedger ledger, IOutboxHandler handler, OutboxOptions options) =>
        new(ledger.Outbox, [handler], options, _time, new Random(7));

    private sealed class Handler(string kind) : IOutboxHandler
    {
        public string Kind => kind;

        public List<string> Bodies { get; } = [];

        public Func<Exception>? Failure { get; set; }

        public Func<Task>? During { get; set; }

        public OutboxResult Result { get; set; } = OutboxResult.Done;

        public bool HasOneDestination { get; init; }

        public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
        {
            if (During is not null)
            {
                await During();
            }

            if (Failure is not null)
            {
                throw Failure();
            }

            Bodies.Add(System.Text.Encoding.UTF8.GetString(work.Body.Span));
            return Result;
        }
    }
}
