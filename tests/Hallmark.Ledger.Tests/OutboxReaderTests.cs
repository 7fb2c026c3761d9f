using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Outbox;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>What is asked of an outbox: how much there is, of what, since when, and what is due next.</summary>
public sealed class OutboxReaderTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _home = new();
    private readonly MovableTime _time = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task An_empty_outbox_has_nothing_of_anything()
    {
        await using var ledger = await OpenAsync();
        var reader = ledger.Outbox.Reader;
        Assert.Empty(await reader.CountAsync(None));
        Assert.Empty(await reader.FindAsync(null, null, 10, None));
        Assert.Null(await reader.FindNextDueAsync(None));
        Assert.False(await reader.HasWorkAsync("mail", 0, None));
        Assert.False(await ledger.Outbox.RetryAsync(1, None));
        Assert.Equal(0, await ledger.Outbox.RetryDeadAsync(null, None));
    }

    [Fact]
    public async Task Each_state_is_counted_by_itself_and_the_oldest_is_that_of_what_is_to_be_done()
    {
        await using var ledger = await OpenAsync();
        var began = _time.GetUtcNow();
        await ledger.Outbox.AddAsync(Work("dead"), None);
        await RunAsync(ledger, new BadInputException("never"));
        _time.Advance(TimeSpan.FromMinutes(1));
        await ledger.Outbox.AddAsync(Work("waits"), None);
        await RunAsync(ledger, null, OutboxResult.NotYet(TimeSpan.FromHours(1), "later"));
        _time.Advance(TimeSpan.FromMinutes(1));
        await ledger.Outbox.AddAsync(Work("open"), None);
        await ledger.Outbox.AddAsync(new OutboxWork("other", default), None);

        Assert.Equal(
            [new OutboxCount("mail", 1, 1, began.AddMinutes(2), 1), new OutboxCount("other", 1, 0, began.AddMinutes(2))],
            await ledger.Outbox.Reader.CountAsync(None)
        );
        Assert.Equal(["dead", "waits", "open"], (await ledger.Outbox.Reader.FindAsync(null, "mail", 10, None)).Select(BodyOf));
        Assert.Equal(["waits"], (await ledger.Outbox.Reader.FindAsync(OutboxState.Waiting, null, 10, None)).Select(BodyOf));
    }

    [Fact]
    public async Task What_is_due_next_is_the_earliest_of_what_goes_on_by_itself()
    {
        await using var ledger = await OpenAsync();
        var reader = ledger.Outbox.Reader;
        var began = _time.GetUtcNow();
        await ledger.Outbox.AddAsync(Work("waits"), None);
        Assert.Equal(began, await reader.FindNextDueAsync(None));
        await RunAsync(ledger, null, OutboxResult.NotYet(TimeSpan.FromHours(1), "later"));
        Assert.Equal(began.AddHours(1), await reader.FindNextDueAsync(None));

        // What was given up is not due, however long ago it was.
        _time.Advance(TimeSpan.FromMinutes(10));
        await ledger.Outbox.AddAsync(Work("dead"), None);
        await RunAsync(ledger, new BadInputException("never"));
        Assert.Equal(began.AddHours(1), await reader.FindNextDueAsync(None));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, await ledger.Outbox.RetryDeadAsync("mail", None));
        Assert.Equal(began.AddMinutes(20), await reader.FindNextDueAsync(None));
    }

    [Fact]
    public async Task Work_of_an_entry_is_known_by_its_kind_until_it_is_done_or_given_up()
    {
        await using var ledger = await OpenAsync();
        await ledger.AppendAsync(TestLedger.Event("a"), None);
        await ledger.AppendAsync(TestLedger.Event("b", work: [Work("1"), new OutboxWork("other", default)]), None);
        var reader = ledger.Outbox.Reader;
        Assert.True(await reader.HasWorkAsync("mail", 1, None));
        Assert.True(await reader.HasWorkAsync("other", 1, None));
        Assert.False(await reader.HasWorkAsync("mail", 0, None));
        Assert.False(await reader.HasWorkAsync("nothing", 1, None));
        await ledger.AppendAsync(
            TestLedger.Event("c", work: [new OutboxWork("mail:one", default), new OutboxWork("others", default)]),
            None
        );
        Assert.True(await reader.HasWorkAsync("mail", 2, None));
        Assert.True(await reader.HasWorkAsync("mail:one", 2, None));
        Assert.False(await reader.HasWorkAsync("mail:on", 2, None));
        Assert.False(await reader.HasWorkAsync("other", 2, None));

        await RunAsync(ledger, null, OutboxResult.NotYet(TimeSpan.FromSeconds(1), "later"));
        Assert.True(await reader.HasWorkAsync("mail", 1, None));
        _time.Advance(TimeSpan.FromSeconds(2));
        await RunAsync(ledger, new BadInputException("never"));
        Assert.False(await reader.HasWorkAsync("mail", 1, None));
        await ledger.Outbox.RetryDeadAsync(null, None);
        Assert.True(await reader.HasWorkAsync("mail", 1, None));
        await RunAsync(ledger, null);
        Assert.False(await reader.HasWorkAsync("mail", 1, None));
        Assert.True(await reader.HasWorkAsync("other", 1, None));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public async Task A_list_has_a_limit(int limit, bool isTaken)
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("1"), None);
        await ledger.Outbox.AddAsync(Work("2"), None);
        var list = Record.ExceptionAsync(() => ledger.Outbox.Reader.FindAsync(null, null, limit, None));
        Assert.Equal(isTaken, await list is null);
        if (isTaken)
        {
            Assert.Equal(Math.Min(limit, 2), (await ledger.Outbox.Reader.FindAsync(null, null, limit, None)).Count);
        }
    }

    [Fact]
    public async Task Of_due_work_the_longest_due_comes_first_whether_it_failed_or_waited()
    {
        await using var ledger = await OpenAsync();
        await ledger.Outbox.AddAsync(Work("waits a minute"), None);
        await RunAsync(ledger, null, OutboxResult.NotYet(TimeSpan.FromMinutes(1), "later"));
        await ledger.Outbox.AddAsync(Work("failed"), None);
        await RunAsync(ledger, new InvalidOperationException());
        _time.Advance(TimeSpan.FromMinutes(3));
        await ledger.Outbox.AddAsync(Work("new"), None);

        var handler = new Scripted(null, OutboxResult.Done);
        using var runner = new OutboxRunner(ledger.Outbox, [handler], new OutboxOptions(), _time, new Random(7));
        Assert.Equal(new OutboxDrain(3, 0, 0), await runner.DrainAsync(None));
        Assert.Equal(["failed", "waits a minute", "new"], handler.Bodies);
    }

    [Fact]
    public async Task Trying_again_begins_anew_with_count_pause_and_age()
    {
        await using var ledger = await OpenAsync();
        var id = await ledger.Outbox.AddAsync(Work("1"), None);
        for (var i = 0; i < 5; i++)
        {
            await RunAsync(ledger, new InvalidOperationException());
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.True(await ledger.Outbox.RetryAsync(id, None));
        var item = Assert.Single(await ledger.Outbox.Reader.FindAsync(null, null, 10, None));
        Assert.Equal(
            (OutboxState.Pending, 0, _time.GetUtcNow(), _time.GetUtcNow()),
            (item.State, item.Attempts, item.DueAt, item.CreatedAt)
        );
        _time.Advance(TimeSpan.FromDays(13));
        Assert.Equal(1, (await RunAsync(ledger, new InvalidOperationException())).Postponed);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, (await RunAsync(ledger, new InvalidOperationException())).Buried);
    }

    [Fact]
    public async Task A_cancelled_change_changes_nothing()
    {
        await using var ledger = await OpenAsync();
        var id = await ledger.Outbox.AddAsync(Work("1"), None);
        await RunAsync(ledger, new BadInputException("never"));
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ledger.Outbox.AddAsync(Work("2"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ledger.Outbox.RetryAsync(id, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ledger.Outbox.RetryDeadAsync(null, cancelled));
        Assert.Equal([new OutboxCount("mail", 0, 1, null)], await ledger.Outbox.Reader.CountAsync(None));
    }

    [Fact]
    public void Options_out_of_their_bounds_are_the_callers_errors()
    {
        foreach (var wrong in new[] { TimeSpan.Zero, TimeSpan.FromTicks(-1) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { FirstPause = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { LongestPause = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { MaxAge = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { PollInterval = wrong });
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { MaxAttempts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { MinAttempts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { BreakAfter = 0 });
    }

    private static OutboxWork Work(string body) => new("mail", System.Text.Encoding.UTF8.GetBytes(body));

    private static string BodyOf(OutboxItem item) => System.Text.Encoding.UTF8.GetString(item.Work.Body.Span);

    private Task<EventLedger> OpenAsync() => EventLedger.OpenAsync(TestLedger.Options(Folder), TestLedger.Key, _time, None);

    private async Task<OutboxDrain> RunAsync(EventLedger ledger, Exception? failure, OutboxResult? result = null)
    {
        using var runner = new OutboxRunner(
            ledger.Outbox,
            [new Scripted(failure, result ?? OutboxResult.Done)],
            new OutboxOptions { MinAttempts = 2 },
            _time,
            new Random(7)
        );
        return await runner.DrainAsync(None);
    }

    private sealed class Scripted(Exception? failure, OutboxResult result) : IOutboxHandler
    {
        public string Kind => "mail";

        public List<string> Bodies { get; } = [];

        public bool HasOneDestination => false;

        public Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
        {
            if (failure is not null)
            {
                throw failure;
            }

            Bodies.Add(System.Text.Encoding.UTF8.GetString(work.Body.Span));
            return Task.FromResult(result);
        }
    }
}
