using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Outbox;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>An outbox whose work takes long and is done without holding the ledger, and two that would do it.</summary>
public sealed class SharedOutboxTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task While_work_is_under_way_others_append_and_what_came_of_it_is_kept_afterwards()
    {
        await AppendWorkAsync("a");
        await using var ledger = await OpenAsync();
        using var handler = new HeldHandler();
        using var runner = Runner(ledger, handler, TimeSpan.Zero);
        var drain = runner.DrainAsync(None);
        await handler.IsReached;
        await AppendWorkAsync("b");
        Assert.NotNull(await ledger.FindByEventIdAsync("b", None));
        handler.Release();
        Assert.Equal(new OutboxDrain(1, 0, 0), await drain);
        Assert.Equal(new OutboxDrain(1, 0, 0), await runner.DrainAsync(None));
        Assert.Empty(await ledger.Outbox.Reader.FindAsync(null, null, 10, None));
        Assert.Equal(["a", "b"], handler.Bodies);
    }

    [Fact]
    public async Task Work_that_another_one_is_at_is_left_to_it_and_done_once()
    {
        await AppendWorkAsync("a");
        await using var ledger = await OpenAsync();
        using var handler = new HeldHandler();
        using var first = Runner(ledger, handler, TimeSpan.Zero);
        var drain = first.DrainAsync(None);
        await handler.IsReached;

        using var other = new HeldHandler();
        other.Release();
        await using var others = await OpenAsync();
        using var second = Runner(others, other, TimeSpan.Zero);
        var left = await second.DrainAsync(None);
        Assert.Equal(0, left.Done);
        Assert.Equal($"another process (number {Environment.ProcessId}) does the work of mail now", left.Elsewhere);

        handler.Release();
        Assert.Equal(1, (await drain).Done);
        Assert.Equal(new OutboxDrain(0, 0, 0), await second.DrainAsync(None));
        Assert.Empty(other.Bodies);
    }

    [Fact]
    public async Task One_that_waits_for_another_goes_on_with_what_is_left_when_that_one_has_ended()
    {
        await AppendWorkAsync("a");
        await using var ledger = await OpenAsync();
        var claim = await new OutboxClaims(Folder, TimeSpan.Zero, TimeProvider.System).TryTakeAsync("mail", None);
        using var handler = new HeldHandler();
        handler.Release();
        using var runner = Runner(ledger, handler, TimeSpan.FromMinutes(5));
        var drain = runner.DrainAsync(None);
        claim!.Dispose();
        Assert.Equal(new OutboxDrain(1, 0, 0), await drain);
    }

    [Fact]
    public async Task Work_of_another_kind_is_not_held_up()
    {
        await AppendWorkAsync("a");
        await using var ledger = await OpenAsync();
        using var claim = await new OutboxClaims(Folder, TimeSpan.Zero, TimeProvider.System).TryTakeAsync("anchor:slow", None);
        using var handler = new HeldHandler();
        handler.Release();
        using var runner = Runner(ledger, handler, TimeSpan.Zero);
        Assert.Equal(new OutboxDrain(1, 0, 0), await runner.DrainAsync(None));
    }

    [Fact]
    public async Task What_came_of_the_work_is_kept_however_long_another_one_writes_meanwhile()
    {
        await AppendWorkAsync("a");
        await using var ledger = await TestLedger.OpenAsync(
            TestLedger.Options(Folder) with
            {
                LockTimeout = TimeSpan.FromMilliseconds(20),
            }
        );
        using var handler = new HeldHandler();
        using var runner = Runner(ledger, handler, TimeSpan.Zero);
        var drain = runner.DrainAsync(None);
        await handler.IsReached;
        await using (await BusyLedger.StartAsync(Folder))
        {
            handler.Release();
            var refused = await Assert.ThrowsAnyAsync<UnavailableException>(() => ledger.Outbox.AddAsync(Work("b"), None));
            Assert.Contains("writes the ledger", refused.Message, StringComparison.Ordinal);
            Assert.False(drain.IsCompleted, "the work was given up as soon as an append is");
        }

        Assert.Equal(new OutboxDrain(1, 0, 0), await drain);
        Assert.Empty(await ledger.Outbox.Reader.FindAsync(null, null, 10, None));
    }

    [Fact]
    public async Task A_reader_sees_what_another_process_writes_also_after_this_one_has_written_and_closed_the_ledger()
    {
        await AppendWorkAsync("a");
        using var reader = LedgerReader.Open(Folder);
        Assert.Equal(1, await reader.CountAsync(None));

        // On Unix, closing a handle of a file takes back all locks of the process on it: the reader's, too, if the file were opened beside SQLite.
        await AppendWorkAsync("b");
        using var other = LedgerProcess.Start(Folder, "other", writers: 1, count: 3);
        await other.WaitForExitAsync();
        Assert.Equal(0, other.ExitCode);
        Assert.True(File.Exists(Path.Combine(Folder, "ledger.db-wal")), "the log that the reader has open was removed under it");
        Assert.Equal(5, await reader.CountAsync(None));
        await AppendWorkAsync("c");
        Assert.Equal(6, await reader.CountAsync(None));
    }

    [Fact]
    public async Task A_kind_with_a_hostile_name_stays_in_its_folder()
    {
        await AppendWorkAsync("a");
        using (await new OutboxClaims(Folder, TimeSpan.Zero, TimeProvider.System).TryTakeAsync("../../x/\0" + new string('y', 500), None))
        { }
        Assert.Equal(3, Directory.GetFileSystemEntries(Path.Combine(Folder, "sending")).Length);
        Assert.Equal(["ledger"], Directory.GetFileSystemEntries(_home.Path).Select(Path.GetFileName));
    }

    private static OutboxWork Work(string body) => new("mail", System.Text.Encoding.UTF8.GetBytes(body));

    private Task<EventLedger> OpenAsync() =>
        TestLedger.OpenAsync(TestLedger.Options(Folder) with { LockTimeout = TimeSpan.FromMinutes(1) });

    private OutboxRunner Runner(EventLedger ledger, HeldHandler handler, TimeSpan patience) =>
        new(
            ledger.Outbox,
            [handler],
            new OutboxOptions(),
            TimeProvider.System,
            new Random(1),
            new OutboxClaims(Folder, patience, TimeProvider.System)
        );

    private async Task AppendWorkAsync(string id)
    {
        await using var ledger = await OpenAsync();
        await ledger.AppendAsync(TestLedger.Event(id, work: Work(id)), None);
    }

    private sealed class HeldHandler : IOutboxHandler, IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Kind => "mail";

        public List<string> Bodies { get; } = [];

        public Task IsReached => _reached.Task;

        public void Release() => _released.TrySetResult();

        public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
        {
            _reached.TrySetResult();
            await _released.Task;
            Bodies.Add(System.Text.Encoding.UTF8.GetString(work.Body.Span));
            return OutboxResult.Done;
        }

        public void Dispose() => Release();
    }
}
