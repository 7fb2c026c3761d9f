using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

public sealed class LockTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_second_writer_is_told_who_writes_and_ends_with_exit_code_3()
    {
        await using var busy = await BusyLedger.StartAsync(Folder);
        var refusal = await Assert.ThrowsAnyAsync<UnavailableException>(() =>
            TestLedger.OpenAsync(TestLedger.Options(Folder) with { LockTimeout = TimeSpan.FromMilliseconds(100) })
        );
        Assert.Equal(3, refusal.ExitCode);
        Assert.Contains($"number {Environment.ProcessId}", refusal.Message);
        Assert.Contains(Folder, refusal.Message);
    }

    [Fact]
    public async Task A_second_writer_waits_until_the_first_has_done_what_it_does_and_need_not_wait_for_its_end()
    {
        await using var busy = await BusyLedger.StartAsync(Folder);
        var second = TestLedger.OpenAsync(TestLedger.Options(Folder) with { LockTimeout = TimeSpan.FromSeconds(60) });
        await Task.Delay(100);
        Assert.False(second.IsCompleted);
        busy.GoOn();
        await using var ledger = await second;
        Assert.Equal(1, ledger.Count);
        Assert.Equal(1, ledger.LatestCheckpoint?.Size);
    }

    [Fact]
    public async Task One_that_is_open_and_does_not_get_its_turn_refuses_what_it_is_given_and_takes_it_later()
    {
        await using var waiting = await TestLedger.OpenAsync(
            TestLedger.Options(Folder) with
            {
                LockTimeout = TimeSpan.FromMilliseconds(100),
            }
        );
        await using (var busy = await BusyLedger.StartAsync(Folder))
        {
            var refusal = await Assert.ThrowsAnyAsync<UnavailableException>(() => waiting.AppendAsync("b"));
            Assert.Contains("writes the ledger", refusal.Message, StringComparison.Ordinal);
            Assert.False((await waiting.AppendAllAsync([TestLedger.Event("c")], default))[0].IsLogged);
        }

        Assert.Equal(1, (await waiting.AppendAsync("b")).Index);
        Assert.Equal(2, waiting.Count);
    }

    [Fact]
    public async Task A_reader_needs_no_lock_and_sees_what_is_acknowledged()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        using var reader = LedgerReader.Open(Folder);
        for (var i = 0; i < 20; i++)
        {
            await ledger.AppendAsync($"e{i}");
            Assert.Equal(i, (await reader.FindByEventIdAsync($"e{i}", CancellationToken.None))?.Index);
            if (i % 7 == 0)
            {
                await ledger.PublishAsync(CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task A_closed_ledger_takes_no_more_appends()
    {
        var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.DisposeAsync();
        await ledger.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.AppendAsync("a"));
    }
}
