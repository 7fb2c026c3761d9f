using System.Collections.Concurrent;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Verification;

namespace Hallmark.Ledger.Tests;

/// <summary>A disk that becomes full under appends and checkpoints: what was answered is there, what was refused is not, and with room all goes on.</summary>
public sealed class FullDiskTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [SmallDiskFact]
    public async Task What_was_logged_before_the_disk_was_full_is_there_and_with_room_all_goes_on()
    {
        using var disk = new SmallDisk(kilobytes: 6_000, ballast: 3_000);
        var folder = disk.At("ledger");
        var logged = new ConcurrentBag<string>();
        var refused = new ConcurrentBag<string>();
        await using (var ledger = await TestLedger.OpenAsync(folder, publishes: true))
        {
            var refusals = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => FillAsync(ledger, writer, logged, refused)));
            Assert.All(
                refusals,
                refusal =>
                {
                    Assert.Equal(3, refusal.ExitCode);
                    Assert.Contains("full", refusal.Message, StringComparison.Ordinal);
                }
            );
            Assert.NotEmpty(logged);
            Assert.NotEmpty(disk.OpenFiles);
            Assert.Equal(logged.Count, ledger.Count);

            disk.Free();
            await UntilThereIsRoomAsync(() => ledger.AppendAsync("after"));
            logged.Add("after");
            Assert.Equal(logged.Count, (await ledger.PublishAsync(None))?.Size);
            Assert.All(refused, id => Assert.Null(ledger.FindByEventIdAsync(id, None).GetAwaiter().GetResult()));
            Assert.All(logged, id => Assert.NotNull(ledger.FindByEventIdAsync(id, None).GetAwaiter().GetResult()));
        }

        var verification = await LedgerVerifier.VerifyAsync(folder, progress: null, None);
        Assert.True(verification.IsVerified, verification.FirstFault?.What);
        Assert.Equal(logged.Count, verification.EntryCount);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder, "tmp")));
    }

    /// <summary>The room ends at one step of the opening after the other.</summary>
    [SmallDiskFact]
    public async Task A_ledger_that_found_too_little_room_to_begin_says_so_and_is_begun_once_there_is_enough()
    {
        const int Size = 1_000;
        var (refused, begun) = (0, 0);
        for (var room = 0; room <= 240; room += 4)
        {
            using var disk = new SmallDisk(Size, ballast: Size - room);
            var folder = disk.At("ledger");
            try
            {
                await (await TestLedger.OpenAsync(folder)).DisposeAsync();
                begun++;
            }
            catch (HallmarkException refusal)
            {
                Assert.Equal(3, Assert.IsType<UnavailableException>(refusal).ExitCode);
                Assert.NotEmpty(refusal.Hints);
                refused++;
            }

            Assert.Empty(disk.OpenFiles);
            disk.Free();
            await UntilThereIsRoomAsync(async () => await (await TestLedger.OpenAsync(folder)).DisposeAsync());
            await using (var ledger = await TestLedger.OpenAsync(folder))
            {
                Assert.Equal(0, (await ledger.AppendAsync("first")).Index);
            }

            Assert.True((await LedgerVerifier.VerifyAsync(folder, progress: null, None)).IsVerified);
        }

        Assert.True(refused > 1 && begun > 1, $"{refused} refused, {begun} begun");
    }

    private static async Task<HallmarkException> FillAsync(
        EventLedger ledger,
        int writer,
        ConcurrentBag<string> logged,
        ConcurrentBag<string> refused
    )
    {
        for (var i = 0; ; i++)
        {
            var id = $"{writer}-{i}-{new string('x', 1_000)}";
            var submission = TestLedger.Event(id, work: new OutboxWork("mail", new byte[1_000]));
            try
            {
                await ledger.AppendAsync(submission, None);
                logged.Add(id);
            }
            catch (HallmarkException refusal)
            {
                refused.Add(id);
                return refusal;
            }
        }
    }

    // What the log holds is copied first, and the system may take a moment to give the room back.
    private static async Task UntilThereIsRoomAsync(Func<Task> action)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (UnavailableException)
            {
                await Task.Delay(10, limit.Token);
            }
        }
    }
}
