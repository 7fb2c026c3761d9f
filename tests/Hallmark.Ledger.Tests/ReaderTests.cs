using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Outbox;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>Reading beside a writer: ranges over the borders of pages, walking checkpoints, exports, cancelling, closing.</summary>
public sealed class ReaderTests : IAsyncLifetime, IDisposable
{
    private const int Entries = 600;
    private readonly TemporaryFolder _home = new();
    private EventLedger? _ledger;

    private string Folder => Path.Combine(_home.Path, "ledger");

    private EventLedger Ledger => _ledger ?? throw new InvalidOperationException("not open");

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.OpenAsync(Folder);
        foreach (var size in new[] { 1, 255, 512, Entries })
        {
            await _ledger.AppendManyAsync(size - (int)_ledger.Count);
            await _ledger.PublishAsync(CancellationToken.None);
        }
    }

    public async Task DisposeAsync() => await Ledger.DisposeAsync();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 256, 256)]
    [InlineData(0, 257, 257)]
    [InlineData(255, 512, 257)]
    [InlineData(256, 512, 256)]
    [InlineData(599, 600, 1)]
    [InlineData(599, 5000, 1)]
    [InlineData(600, 700, 0)]
    [InlineData(5, 4, 0)]
    [InlineData(-3, 2, 2)]
    [InlineData(0, long.MaxValue, 600)]
    public async Task A_range_gives_each_entry_once_and_in_order(long from, long to, int count)
    {
        using var reader = LedgerReader.Open(Folder);
        var indexes = new List<long>();
        await foreach (var entry in reader.ReadRangeAsync(from, to, CancellationToken.None))
        {
            indexes.Add(entry.Index);
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => Math.Max(from, 0) + i), indexes);
    }

    [Fact]
    public async Task Checkpoints_are_walked_from_the_smallest_and_found_by_their_exact_size_only()
    {
        var sizes = new List<long>();
        for (var size = 0L; await Ledger.Reader.FindNextCheckpointAsync(size, CancellationToken.None) is { } next; size = next.Size)
        {
            sizes.Add(next.Size);
            Assert.Equal(next.Note.ToArray(), (await Ledger.Reader.FindCheckpointAsync(next.Size, CancellationToken.None))?.Note.ToArray());
        }

        Assert.Equal([1L, 255, 512, Entries], sizes);
        Assert.Null(await Ledger.Reader.FindCheckpointAsync(256, CancellationToken.None));
        Assert.Equal(Entries, (await Ledger.Reader.FindLatestCheckpointAsync(CancellationToken.None))?.Size);
    }

    [Fact]
    public async Task An_export_before_the_first_checkpoint_has_all_entries_and_says_that_there_is_none()
    {
        var folder = Path.Combine(_home.Path, "young");
        await using var young = await TestLedger.OpenAsync(folder);
        await young.AppendManyAsync(3);
        using var output = new MemoryStream();
        await LedgerExport.WriteAsync(young.Reader, output, CancellationToken.None);
        var lines = System
            .Text.Encoding.UTF8.GetString(output.ToArray())
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => JsonNode.Parse(line)!)
            .ToList(); // ! lines are objects
        Assert.Equal(4, lines.Count);
        Assert.Equal(["event-0", "event-1", "event-2"], lines.Take(3).Select(line => (string?)line["event_id"]).Order());
        Assert.True(lines[3].AsObject().ContainsKey("checkpoint") && lines[3]["checkpoint"] is null);
    }

    [Fact]
    public async Task An_export_ends_at_the_checkpoint_also_while_others_append()
    {
        await Ledger.AppendManyAsync(10, "later-");
        using var output = new MemoryStream();
        await LedgerExport.WriteAsync(Ledger.Reader, output, CancellationToken.None);
        Assert.Equal(Entries + 1, output.ToArray().Count(octet => octet == '\n'));
    }

    [Fact]
    public async Task A_cancelled_question_is_not_asked()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.Reader.CountAsync(cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.FindByEventIdAsync("event-0", cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.AppendAsync(TestLedger.Event("x"), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Ledger.Reader.ReadRangeAsync(0, 10, cancelled.Token).GetAsyncEnumerator().MoveNextAsync()
        );
        Assert.Equal(Entries, Ledger.Count);
    }

    [Fact]
    public async Task A_closed_reader_says_so()
    {
        var reader = LedgerReader.Open(Folder);
        reader.Dispose();
        reader.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.CountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Many_threads_share_one_reader_while_entries_come_in()
    {
        using var reader = LedgerReader.Open(Folder);
        var writing = Ledger.AppendManyAsync(200, "new-");
        await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(thread =>
                    Task.Run(async () =>
                    {
                        for (var i = thread; i < Entries; i += 16)
                        {
                            var entry = await reader.FindByIndexAsync(i, CancellationToken.None);
                            Assert.Equal(i, (await reader.FindByEventIdAsync(entry!.EventId, CancellationToken.None))?.Index); // ! it is published
                        }

                        Assert.True((await reader.ProveInclusionAsync(thread, null, CancellationToken.None)).Path.Length > 0);
                    })
                )
        );
        await writing;
        Assert.Equal(Entries + 200, await reader.CountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_payload_hash_in_capitals_or_of_another_length_is_bad_input()
    {
        var hash = TestLedger.HashOf("event-0");
        Assert.Single(await Ledger.FindByPayloadHashAsync(hash, CancellationToken.None));
        foreach (var bad in new[] { "", hash[1..], hash + "0", hash[..63] + "g" })
        {
            Assert.Equal(
                2,
                (await Assert.ThrowsAsync<BadInputException>(() => Ledger.FindByPayloadHashAsync(bad, CancellationToken.None))).ExitCode
            );
        }
    }

    [Fact]
    public void Nothing_is_no_ledger_and_anything_published_is_one()
    {
        var place = Path.Combine(_home.Path, "place");
        Assert.False(LedgerReader.Exists(place));
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "lock"), "");
        Assert.False(LedgerReader.Exists(place));
        foreach (var left in new[] { "public", "checkpoints" })
        {
            Directory.CreateDirectory(Path.Combine(place, left));
            Assert.True(LedgerReader.Exists(place));
            Directory.Delete(Path.Combine(place, left));
        }

        File.WriteAllText(Path.Combine(place, "config.json"), "{}");
        Assert.True(LedgerReader.Exists(place));
        Assert.True(LedgerReader.Exists(Folder));
    }

    [Fact]
    public async Task The_reader_names_the_log_its_key_and_its_birthday()
    {
        using var reader = LedgerReader.Open(Folder);
        Assert.Equal(TestLedger.Origin, reader.Origin);
        Assert.StartsWith(TestLedger.Origin + "+", reader.VerifierKey, StringComparison.Ordinal);
        var first = await reader.FindByIndexAsync(0, CancellationToken.None);
        Assert.True(reader.CreatedAt <= first!.LoggedAt); // ! the ledger has entries
    }

    [Fact]
    public void Options_out_of_their_bounds_are_the_callers_errors()
    {
        var options = TestLedger.Options(Folder);
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { LockTimeout = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { PublishInterval = TimeSpan.FromMilliseconds(9) });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { PublishInterval = TimeSpan.FromMilliseconds(1001) });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { MaxBatch = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { MaxBatch = 65_537 });
        var widest = options with { LockTimeout = TimeSpan.Zero, PublishInterval = TimeSpan.FromSeconds(1), MaxBatch = 65_536 };
        Assert.Equal((TimeSpan.Zero, 65_536), (widest.LockTimeout, widest.MaxBatch));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { FirstPause = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { LongestPause = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { MaxAttempts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { MaxAge = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { BreakAfter = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutboxOptions { PollInterval = TimeSpan.Zero });
    }
}
