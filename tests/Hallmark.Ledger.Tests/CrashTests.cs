using System.Diagnostics;
using System.Globalization;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Events;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Ledger.Outbox;
using Hallmark.Ledger.Verification;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>Real processes on one ledger: killed at random, and two at a time.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Kills = 200;
    private readonly TemporaryFolder _home = new();
    private readonly Dictionary<long, string> _acknowledged = [];
    private readonly Dictionary<long, byte[]> _published = [];

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task After_200_kills_under_concurrent_appends_nothing_acknowledged_is_lost_doubled_or_contradicts_a_checkpoint()
    {
        var random = new Random(20261120);
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var process = Start($"k{kill}", writers: 16, count: 0);

            // A few die while they start; most while they append and publish, some of them just after a checkpoint (the first one told is the last life's).
            var isEarly = random.Next(8) == 0;
            var reading = ReadAsync(
                process,
                entries: isEarly ? 0 : random.Next(1, 60),
                checkpoints: !isEarly && random.Next(3) == 0 ? 2 : 0
            );
            if (!isEarly)
            {
                await reading.Reached.Task.WaitAsync(TimeSpan.FromMinutes(3));
            }

            await Task.Delay(random.Next(isEarly ? 150 : 15));
            process.Kill();
            await process.WaitForExitAsync();
            await reading.Done;
            if (kill % 40 == 0)
            {
                await CheckAsync();
            }
        }

        Assert.True(
            _acknowledged.Count > Kills * 10,
            $"only {_acknowledged.Count} appends were acknowledged: the kills came before there was anything to lose"
        );
        Assert.True(_published.Count > Kills / 10, $"only {_published.Count} checkpoints were seen");
    }

    [Fact]
    public async Task Two_processes_that_write_one_ledger_take_turns()
    {
        var processes = Enumerable.Range(0, 3).Select(i => Start($"p{i}", writers: 4, count: 25)).ToList();
        await Task.WhenAll(processes.Select(process => ReadAsync(process, entries: 0, checkpoints: 0).Done));
        foreach (var process in processes)
        {
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            process.Dispose();
        }

        await CheckAsync();
        Assert.Equal(3, _acknowledged.Values.Select(id => id[..2]).Distinct().Count());
    }

    [Fact]
    public async Task A_process_that_finds_the_ledger_taken_for_too_long_says_so_and_ends_with_3()
    {
        await using var busy = await BusyLedger.StartAsync(Folder);
        using var process = Start("late", writers: 1, count: 1, patience: 50);
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(3, process.ExitCode);
        Assert.Contains($"another process (number {Environment.ProcessId}) writes the ledger", said);
        busy.GoOn();
        Assert.Equal(1, busy.Ledger.Count);
    }

    [Fact]
    public async Task Three_processes_write_one_ledger_side_by_side_and_one_of_them_is_killed_again_and_again()
    {
        var random = new Random(20261121);
        for (var kill = 0; kill < 8; kill++)
        {
            var processes = Enumerable.Range(0, 3).Select(i => Start($"s{kill}.{i}", writers: 4, count: 0)).ToList();
            var readings = processes.ConvertAll(process => ReadAsync(process, entries: 1, checkpoints: 0));
            await Task.WhenAll(readings.Select(reading => reading.Reached.Task)).WaitAsync(TimeSpan.FromMinutes(3));

            // All three are open: each gets its turns beside the others, and the two that are left go on after the first one's death.
            await WaitForEntriesAsync(processes.Count, i => $"s{kill}.{i}-");
            var victim = random.Next(3);
            processes[victim].Kill();
            await processes[victim].WaitForExitAsync();
            var before = Acknowledged();
            await WaitForEntriesAsync(processes.Count, i => i == victim ? "" : $"s{kill}.{i}-", before);
            processes.ForEach(process => process.Kill());
            await Task.WhenAll(processes.Select(process => process.WaitForExitAsync()));
            await Task.WhenAll(readings.Select(reading => reading.Done));
            processes.ForEach(process => process.Dispose());
        }

        await CheckAsync();
    }

    [Fact]
    public async Task A_reader_that_comes_and_goes_takes_no_lock_of_the_database_away_from_the_writer_beside_it()
    {
        var ledger = await TestLedger.OpenAsync(Folder);
        await using (ledger)
        {
            await ledger.AppendAsync("first");
            using (LedgerReader.Open(Folder)) { }

            // Were the writer's lock gone, this process would think itself the last one and take the write-ahead log away at its end.
            using var other = Start("other", writers: 1, count: 1);
            await ReadAsync(other, entries: 0, checkpoints: 0).Done;
            await other.WaitForExitAsync();
            Assert.Equal(0, other.ExitCode);
            await ledger.AppendAsync("second");
        }

        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
        using var reader = LedgerReader.Open(Folder);
        Assert.Equal(3, await reader.CountAsync(CancellationToken.None));
        Assert.Equal(2, (await reader.FindByEventIdAsync("second", CancellationToken.None))?.Index);
    }

    /// <summary>Large records make the log long: it is copied into the database's file while the process appends, and is killed.</summary>
    [Fact]
    public async Task A_process_that_is_killed_while_its_log_is_copied_loses_nothing()
    {
        var random = new Random(20261122);
        var copied = 0;
        for (var kill = 0; kill < 6; kill++)
        {
            var file = new FileInfo(Path.Combine(Folder, "ledger.db"));
            using var process = LedgerProcess.Start(Folder, $"l{kill}", writers: 16, count: 0, padding: 128 << 10);
            var reading = ReadAsync(process, entries: 1, checkpoints: 0);
            await reading.Reached.Task.WaitAsync(TimeSpan.FromMinutes(3));
            var before = file.Exists ? file.Length : 0;
            await ReadOnAsync(random.Next(130, 260));
            process.Kill();
            await process.WaitForExitAsync();
            await reading.Done;
            file.Refresh();
            copied += file.Length > before + (4 << 20) ? 1 : 0;
        }

        await CheckAsync();
        Assert.True(copied > 0, "the log was never copied before the kill");
    }

    private string[] Acknowledged()
    {
        lock (_acknowledged)
        {
            return [.. _acknowledged.Values];
        }
    }

    private async Task WaitForEntriesAsync(int count, Func<int, string> prefix, string[]? apartFrom = null)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        bool HasAll()
        {
            var now = Acknowledged().Except(apartFrom ?? []).ToList();
            return Enumerable.Range(0, count).All(i => now.Exists(id => id.StartsWith(prefix(i), StringComparison.Ordinal)));
        }

        while (!HasAll())
        {
            await Task.Delay(5, late.Token);
        }
    }

    private async Task ReadOnAsync(int entries)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        for (var until = Acknowledged().Length + entries; Acknowledged().Length < until; )
        {
            await Task.Delay(1, late.Token);
        }
    }

    private Process Start(string run, int writers, int count, int patience = 600_000) =>
        LedgerProcess.Start(Folder, run, writers, count, patience);

    // Reached: it has said that it appended and published so many, or ended.
    private (TaskCompletionSource Reached, Task Done) ReadAsync(Process process, int entries, int checkpoints)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (
            reached,
            Task.Run(async () =>
            {
                var text = "";
                var buffer = new char[8192];
                while (await process.StandardOutput.ReadAsync(buffer) is > 0 and var read)
                {
                    text += new string(buffer, 0, read);
                    var end = text.LastIndexOf('\n') + 1;
                    foreach (var line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    {
                        var words = line.Split(' ');
                        Note(words);
                        entries -= words[0] == "entry" ? 1 : 0;
                        checkpoints -= words[0] == "checkpoint" ? 1 : 0;
                    }

                    if (entries <= 0 && checkpoints <= 0)
                    {
                        reached.TrySetResult();
                    }

                    text = text[end..];
                }

                reached.TrySetResult();
            })
        );
    }

    private void Note(string[] words)
    {
        lock (_acknowledged)
        {
            var number = words.Length > 1 ? long.Parse(words[1], CultureInfo.InvariantCulture) : 0;
            switch (words[0])
            {
                case "entry":
                    Assert.True(_acknowledged.TryAdd(number, words[2]), $"index {number} was given twice");
                    break;
                case "checkpoint":
                    var note = Convert.FromBase64String(words[2]);
                    Assert.Equal(note, _published.TryGetValue(number, out var before) ? before : note);
                    _published[number] = note;
                    break;
                default:
                    break;
            }
        }
    }

    // Opening completes what the last kill left; closing publishes all of it.
    private async Task CheckAsync()
    {
        await using (
            await TestLedger.OpenAsync(TestLedger.Options(Folder) with { CheckpointWork = note => [new OutboxWork("anchor", note)] })
        ) { }

        var verification = await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);
        Assert.Null(verification.FirstFault);
        using var reader = LedgerReader.Open(Folder);
        var ids = new HashSet<string>();
        var roots = new Dictionary<long, TreeHash>();
        var tree = new CompactRange();
        await foreach (var entry in reader.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            Assert.True(ids.Add(entry.EventId), $"{entry.EventId} stands twice");
            Assert.Equal(_acknowledged.GetValueOrDefault(entry.Index, entry.EventId), entry.EventId);
            tree.Append(MerkleHash.Leaf(entry.Envelope.Span));
            roots[(long)tree.Size] = tree.Root;
        }

        Assert.All(_acknowledged, pair => Assert.InRange(pair.Key, 0, (long)tree.Size - 1));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "checkpoints")))
        {
            var size = long.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture);
            var note = await File.ReadAllBytesAsync(file);
            Assert.Equal(note, _published.GetValueOrDefault(size, note));
            Assert.Equal(roots[size], Checkpoint.Parse(SignedNote.Parse(note).Text.Span).Root);
        }

        Assert.All(
            _published.Keys,
            size =>
                Assert.True(
                    File.Exists(Path.Combine(Folder, "checkpoints", size.ToString(CultureInfo.InvariantCulture))),
                    $"checkpoint {size} is gone"
                )
        );
        await CheckOutboxAsync(reader, (long)tree.Size);
    }

    // Nothing was taken out: each entry and each checkpoint must still have its work, once.
    private async Task CheckOutboxAsync(LedgerReader reader, long entries)
    {
        var counts = await reader.Outbox.CountAsync(CancellationToken.None);
        Assert.Equal(entries, counts.Single(count => count.Kind == "mail").Pending);
        var latest = await reader.FindLatestCheckpointAsync(CancellationToken.None);
        Assert.Equal(entries, latest?.Size);
        var anchors = await reader.Outbox.FindAsync(OutboxState.Pending, "anchor", 10_000, CancellationToken.None);
        var sizes = anchors.Select(item => Checkpoint.Parse(SignedNote.Parse(item.Work.Body).Text.Span).Size).ToList();
        Assert.Equal(sizes.Count, sizes.Distinct().Count());
        Assert.All(_published.Keys, size => Assert.Contains(size, sizes));
    }
}
