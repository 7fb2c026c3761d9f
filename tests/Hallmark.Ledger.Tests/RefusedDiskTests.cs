using Hallmark.Core.Failures;
using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>A disk or a database that refuses in the middle: what was refused is not there, what was answered is, and afterwards all goes on.</summary>
public sealed class RefusedDiskTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    /// <summary>A trigger stands for the disk: it fails the statement, or the whole transaction, in which a marked event is written.</summary>
    [Theory]
    [InlineData("ABORT")]
    [InlineData("FAIL")]
    [InlineData("ROLLBACK")]
    public async Task One_write_that_is_refused_fails_alone_and_leaves_no_gap(string how)
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendAsync("before");
            Execute(
                $"CREATE TRIGGER refusal BEFORE INSERT ON entry WHEN NEW.event_id LIKE 'boom%' BEGIN SELECT RAISE({how}, 'the disk is full'); END"
            );
            var outcomes = await Task.WhenAll(
                Enumerable
                    .Range(0, 60)
                    .Select(i =>
                        Task.Run(async () =>
                        {
                            var id = i % 10 == 3 ? $"boom-{i}" : $"good-{i}";
                            try
                            {
                                return (Id: id, Index: (await ledger.AppendAsync(id)).Index, Failure: (HallmarkException?)null);
                            }
                            catch (HallmarkException refusal)
                            {
                                return (Id: id, Index: -1L, Failure: refusal);
                            }
                        })
                    )
            );
            Assert.All(
                outcomes,
                outcome => Assert.Equal(outcome.Id.StartsWith("boom", StringComparison.Ordinal), outcome.Failure is not null)
            );
            Assert.All(
                outcomes.Select(outcome => outcome.Failure).OfType<HallmarkException>(),
                refusal =>
                {
                    Assert.Equal(3, Assert.IsType<UnavailableException>(refusal).ExitCode);
                    Assert.Contains("the disk is full", refusal.Message);
                }
            );
            Assert.Equal(
                Enumerable.Range(1, 54).Select(i => (long)i),
                outcomes.Where(outcome => outcome.Failure is null).Select(outcome => outcome.Index).Order()
            );
            Assert.Equal(55, ledger.Count);

            // The same event, once the disk takes it again: it was not remembered as written.
            Execute("DROP TRIGGER refusal");
            Assert.Null(await ledger.FindByEventIdAsync("boom-3", CancellationToken.None));
            Assert.Equal(55, (await ledger.AppendAsync("boom-3")).Index);
            Assert.Equal(55, (await ledger.AppendAsync("boom-3")).Index);
        }

        var verification = await LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None);
        Assert.True(verification.IsVerified, verification.FirstFault?.What);
        Assert.Equal(56, verification.EntryCount);
    }

    [Fact]
    public async Task An_event_refused_together_with_its_work_leaves_neither_entry_nor_chain_nor_work()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        Execute("CREATE TRIGGER refusal BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        var submission = TestLedger.Event(
            "a",
            chain: new Core.Events.ChainLink("c", null),
            work: new Core.Events.OutboxWork("mail", "x"u8.ToArray())
        );
        await Assert.ThrowsAsync<UnavailableException>(() => ledger.AppendAsync(submission, CancellationToken.None));
        Execute("DROP TRIGGER refusal");
        Assert.Equal(0, ledger.Count);
        Assert.Null(await ledger.FindChainHeadAsync("c", CancellationToken.None));
        Assert.Empty(await ledger.Outbox.Reader.CountAsync(CancellationToken.None));
        Assert.Equal(0, (await ledger.AppendAsync(submission, CancellationToken.None)).Index);
        Assert.Equal(1, Assert.Single(await ledger.Outbox.Reader.CountAsync(CancellationToken.None)).Pending);
    }

    [Fact]
    public async Task Files_that_cannot_be_written_are_said_as_exit_3_and_the_next_try_publishes_everything()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendManyAsync(3);
        var temporary = BlockFiles();
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() => ledger.PublishAsync(CancellationToken.None));
        Assert.Equal(3, refusal.ExitCode);
        Assert.Same(refusal, ledger.Fault);
        Assert.Null(ledger.LatestCheckpoint);

        // Appends do not need the files: they are durable in the database.
        Assert.Equal(3, (await ledger.AppendAsync("meanwhile")).Index);
        UnblockFiles(temporary);
        Assert.Equal(4, (await ledger.PublishAsync(CancellationToken.None))?.Size);
        Assert.Null(ledger.Fault);
        Assert.True((await LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None)).IsVerified);
    }

    [Fact]
    public async Task A_publication_that_failed_gives_back_the_room_that_it_took()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendManyAsync(300);
        var blocked = Path.Combine(Folder, "public", "tile", "entries");
        Directory.CreateDirectory(Path.GetDirectoryName(blocked)!);
        await File.WriteAllTextAsync(blocked, "");
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<UnavailableException>(() => ledger.PublishAsync(CancellationToken.None));
            Assert.Empty(Directory.GetFiles(Path.Combine(Folder, "tmp")));
        }

        File.Delete(blocked);
        Assert.Equal(300, (await ledger.PublishAsync(CancellationToken.None))?.Size);
    }

    [Fact]
    public async Task A_folder_in_which_nobody_can_see_who_waits_ends_the_turn_and_not_the_program()
    {
        var time = new HastyTime();
        await using var ledger = await EventLedger.OpenAsync(TestLedger.Options(Folder), TestLedger.Key, time, CancellationToken.None);
        var place = Path.Combine(Folder, "lock.next");
        time.Once = () =>
        {
            // While the lock is held and a transaction is about to begin.
            File.Delete(place);
            Directory.CreateDirectory(place);
        };
        Assert.Equal(0, (await ledger.AppendAsync("a")).Index);
        Assert.Equal(3, (await Assert.ThrowsAsync<UnavailableException>(() => ledger.AppendAsync("b"))).ExitCode);
        Directory.Delete(place);
        Assert.Equal(1, (await ledger.AppendAsync("b")).Index);
    }

    [Fact]
    public async Task What_another_program_keeps_locked_is_waited_for_once_by_all_who_came_meanwhile()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        using (var other = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromSeconds(20)))
        {
            other.Execute("BEGIN IMMEDIATE");
            var appends = Enumerable.Range(0, 4).Select(i => ledger.AppendAsync($"a{i}")).ToList();
            var refusals = new List<UnavailableException>();
            foreach (var append in appends)
            {
                refusals.Add(await Assert.ThrowsAsync<UnavailableException>(() => append));
            }

            // The first may have been alone; all the others came while it waited.
            Assert.InRange(refusals.Distinct().Count(), 1, 2);
            other.Execute("ROLLBACK");
        }

        Assert.Equal(0, (await ledger.AppendAsync("a0")).Index);
    }

    [Fact]
    public async Task The_background_keeps_trying_and_publishes_when_the_disk_is_back()
    {
        await using var ledger = await TestLedger.OpenAsync(
            TestLedger.Options(Folder, publishes: true) with
            {
                PublishInterval = TimeSpan.FromMilliseconds(10),
            }
        );
        var temporary = BlockFiles();
        await ledger.AppendManyAsync(2);
        await UntilAsync(() => ledger.Fault is not null);
        Assert.IsType<UnavailableException>(ledger.Fault);
        UnblockFiles(temporary);
        await UntilAsync(() => ledger.LatestCheckpoint?.Size == 2);
        await UntilAsync(() => ledger.Fault is null);
    }

    [Fact]
    public async Task Work_for_a_checkpoint_that_nobody_can_describe_now_does_not_end_the_publishing_in_the_background()
    {
        var fails = true;
        var options = TestLedger.Options(Folder, publishes: true) with
        {
            PublishInterval = TimeSpan.FromMilliseconds(10),
            CheckpointWork = _ => Volatile.Read(ref fails) ? throw new InvalidOperationException("no address") : [],
        };
        await using var ledger = await TestLedger.OpenAsync(options);
        await ledger.AppendAsync("a");
        await UntilAsync(() => ledger.Fault is not null);
        Assert.Equal("no checkpoint could be made: no address", Assert.IsType<UnavailableException>(ledger.Fault).Message);

        Volatile.Write(ref fails, false);
        await UntilAsync(() => ledger.LatestCheckpoint is { Size: 1 });
        await UntilAsync(() => ledger.Fault is null);
    }

    [Fact]
    public async Task What_could_not_be_published_on_disposal_is_published_by_the_next_start()
    {
        var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendManyAsync(300);
        var temporary = BlockFiles();
        await Assert.ThrowsAsync<UnavailableException>(async () => await ledger.DisposeAsync());
        UnblockFiles(temporary);
        await using var again = await TestLedger.OpenAsync(Folder);
        Assert.Equal(300, again.LatestCheckpoint?.Size ?? (await again.PublishAsync(CancellationToken.None))?.Size);
        Assert.True((await LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None)).IsVerified);
    }

    [Fact]
    public async Task An_opening_that_cannot_complete_a_checkpoint_leaves_no_file_open_and_the_next_one_completes_it()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendManyAsync(2);
            await ledger.PublishAsync(CancellationToken.None);
            Assert.True(!OperatingSystem.IsLinux() || OpenFiles.Below(Folder).Count > 0);
        }

        var served = Path.Combine(Folder, "public/checkpoint");
        var note = await File.ReadAllTextAsync(served);
        File.Delete(served);
        Directory.CreateDirectory(Path.Combine(served, "in the way"));
        await Assert.ThrowsAsync<UnavailableException>(() => TestLedger.OpenAsync(Folder));
        Assert.True(!OperatingSystem.IsLinux() || OpenFiles.Below(Folder).Count == 0);

        Directory.Delete(served, recursive: true);
        await using var again = await TestLedger.OpenAsync(Folder);
        Assert.Equal(note, await File.ReadAllTextAsync(served));
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_said_and_left_alone()
    {
        await File.WriteAllTextAsync(_home.File("taken"), "mine");
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() => TestLedger.OpenAsync(_home.File("taken")));
        Assert.Equal(3, refusal.ExitCode);
        Assert.NotEmpty(refusal.Hints);
        Assert.Equal("mine", await File.ReadAllTextAsync(_home.File("taken")));
    }

    [Fact]
    public async Task A_missing_ledger_is_not_made_where_it_may_not_be()
    {
        var refusal = await Assert.ThrowsAsync<LedgerFormatException>(() =>
            TestLedger.OpenAsync(TestLedger.Options(Folder) with { MayCreate = false })
        );
        Assert.Equal(2, refusal.ExitCode);
        Assert.False(Directory.Exists(Folder));
        await (await TestLedger.OpenAsync(Folder)).DisposeAsync();
        await (await TestLedger.OpenAsync(TestLedger.Options(Folder) with { MayCreate = false })).DisposeAsync();
    }

    // A file where the folder of half-written files is: no new file can be made, whoever runs the tests.
    private string BlockFiles()
    {
        var temporary = Path.Combine(Folder, "tmp");
        Directory.Delete(temporary, recursive: true);
        File.WriteAllText(temporary, "");
        return temporary;
    }

    private static void UnblockFiles(string temporary)
    {
        File.Delete(temporary);
        Directory.CreateDirectory(temporary);
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
        using var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromSeconds(20));
        session.Execute(sql);
    }
}
