using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

public sealed class AppendTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task An_appended_event_is_found_by_id_payload_hash_and_subject_at_once_and_after_a_restart()
    {
        LoggedEntry logged;
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            logged = await ledger.AppendAsync("a", "run:1");
            await AssertFoundAsync(ledger.Reader, logged);
            await ledger.PublishAsync(CancellationToken.None);
            await AssertFoundAsync(ledger.Reader, logged);
        }

        using var reader = LedgerReader.Open(Folder);
        await AssertFoundAsync(reader, logged);
        Assert.Equal(1, await reader.CountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendAsync("a", "run:1");
        Assert.Null(await ledger.FindByEventIdAsync("b", CancellationToken.None));
        Assert.Empty(await ledger.FindByPayloadHashAsync(new string('0', 64), CancellationToken.None));
        Assert.Empty(await ledger.FindBySubjectAsync("run:2", CancellationToken.None));
        Assert.Null(await ledger.FindChainHeadAsync("c", CancellationToken.None));
        Assert.Null(await ledger.Reader.FindByIndexAsync(1, CancellationToken.None));
        await Assert.ThrowsAsync<BadInputException>(() => ledger.FindByPayloadHashAsync("xyz", CancellationToken.None));
    }

    [Fact]
    public async Task The_same_envelope_again_gives_the_first_index_and_adds_neither_entry_nor_work()
    {
        var submission = TestLedger.Event("a", work: new OutboxWork("mail", "x"u8.ToArray()));
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            var first = await ledger.AppendAsync(submission, CancellationToken.None);
            var second = await ledger.AppendAsync(submission, CancellationToken.None);
            Assert.Equal(0, second.Index);
            Assert.Equal(first.LoggedAt, second.LoggedAt);
            await ledger.AppendAsync("b");
        }

        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            Assert.Equal(0, (await ledger.AppendAsync(submission, CancellationToken.None)).Index);
            Assert.Equal(2, ledger.Count);
        }
    }

    [Fact]
    public async Task The_same_envelope_many_times_within_one_batch_gives_one_entry()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var entries = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => Task.Run(() => ledger.AppendAsync(TestLedger.Event($"e{i % 4}"), CancellationToken.None)))
        );
        Assert.Equal(4, ledger.Count);
        Assert.All(entries.GroupBy(entry => entry.EventId), group => Assert.Single(group.Select(entry => entry.Index).Distinct()));
    }

    [Fact]
    public async Task The_same_bytes_under_another_event_id_do_not_stand_twice()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var submission = new EventSubmission
        {
            Envelope = "no JSON"u8.ToArray(),
            EventId = "a",
            PayloadHash = new string('0', 64),
        };
        await ledger.AppendAsync(submission, CancellationToken.None);
        var again = await ledger.AppendAsync(submission with { EventId = "b" }, CancellationToken.None);
        Assert.Equal((0, "a"), (again.Index, again.EventId));
        await ledger.PublishAsync(CancellationToken.None);
        Assert.Equal(0, (await ledger.AppendAsync(submission with { EventId = "c" }, CancellationToken.None)).Index);
        Assert.Equal(1, ledger.Count);
    }

    [Fact]
    public async Task An_event_id_that_is_taken_by_another_envelope_is_refused()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var submission = TestLedger.Event("a");
        await ledger.AppendAsync(submission, CancellationToken.None);
        var forged = submission with
        {
            Envelope = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(submission.Envelope.Span).Replace("}", ",\"more\":1}")),
        };
        var refusal = await Assert.ThrowsAsync<EventIdTakenException>(() => ledger.AppendAsync(forged, CancellationToken.None));
        Assert.Equal((0, 2), (refusal.Index, refusal.ExitCode));
        Assert.Equal(1, ledger.Count);
    }

    [Fact]
    public async Task Sixty_four_writers_get_each_index_once_and_find_what_they_wrote()
    {
        const int Writers = 64,
            Each = 40;
        await using (var ledger = await TestLedger.OpenAsync(Folder, publishes: true))
        {
            var all = await Task.WhenAll(
                Enumerable
                    .Range(0, Writers)
                    .Select(writer =>
                        Task.Run(async () =>
                        {
                            var mine = new List<LoggedEntry>();
                            for (var i = 0; i < Each; i++)
                            {
                                mine.Add(await ledger.AppendAsync($"w{writer}-{i}", $"writer:{writer}"));
                            }

                            return mine;
                        })
                    )
            );
            Assert.Equal(
                Enumerable.Range(0, Writers * Each).Select(i => (long)i),
                all.SelectMany(mine => mine).Select(entry => entry.Index).Order()
            );
            Assert.All(all, mine => Assert.Equal(mine.Select(entry => entry.Index).Order(), mine.Select(entry => entry.Index)));
        }

        using var reader = LedgerReader.Open(Folder);
        for (var writer = 0; writer < Writers; writer++)
        {
            var found = await reader.FindBySubjectAsync($"writer:{writer}", CancellationToken.None);
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"w{writer}-{i}"), found.Select(entry => entry.EventId));
        }

        Assert.Equal(Writers * Each, (await reader.FindLatestCheckpointAsync(CancellationToken.None))?.Size);
    }

    [Theory]
    [InlineData("too long")]
    [InlineData("record of another payload hash")]
    [InlineData("payload hash in capitals")]
    [InlineData("payload hash other than the envelope's")]
    [InlineData("event id other than the envelope's")]
    [InlineData("event type other than the envelope's")]
    [InlineData("no event type, and the envelope has one")]
    [InlineData("an event type, and the envelope has none")]
    [InlineData("no event id")]
    [InlineData("event id with U+0000")]
    [InlineData("event id with half a surrogate pair")]
    [InlineData("work without kind")]
    public async Task A_submission_whose_parts_do_not_fit_is_refused_and_nothing_is_written(string fault)
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var good = TestLedger.Event("a");
        var bad = fault switch
        {
            "too long" => good with { Envelope = new byte[65_536] },
            "record of another payload hash" => good with { Record = "{}"u8.ToArray() },
            "payload hash in capitals" => good with { Envelope = "x"u8.ToArray(), Record = null, PayloadHash = new string('A', 64) },
            "payload hash other than the envelope's" => good with { Record = null, PayloadHash = new string('0', 64) },
            "event id other than the envelope's" => good with { EventId = "b" },
            "event type other than the envelope's" => good with { EventType = "b" },
            "no event type, and the envelope has one" => good with { EventType = null },
            "an event type, and the envelope has none" => good with { Envelope = "{\"event_id\":\"a\"}"u8.ToArray() },
            "no event id" => good with { Envelope = "x"u8.ToArray(), EventId = "" },
            "event id with U+0000" => good with { Envelope = "x"u8.ToArray(), EventId = "a\0b" },
            "event id with half a surrogate pair" => good with { Envelope = "x"u8.ToArray(), EventId = "a\ud800" },
            _ => good with { Work = [new OutboxWork("", ReadOnlyMemory<byte>.Empty)] },
        };
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => ledger.AppendAsync(bad, CancellationToken.None));
        Assert.Equal(2, refusal.ExitCode);
        Assert.Equal(0, ledger.Count);
    }

    [Fact]
    public async Task An_envelope_of_the_largest_size_and_an_empty_one_are_taken()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var large = new EventSubmission
        {
            Envelope = Enumerable.Repeat((byte)'x', 65_535).ToArray(),
            EventId = "large",
            PayloadHash = new string('0', 64),
        };
        await ledger.AppendAsync(large, CancellationToken.None);
        await ledger.AppendAsync(large with { Envelope = ReadOnlyMemory<byte>.Empty, EventId = "empty" }, CancellationToken.None);
        await ledger.PublishAsync(CancellationToken.None);
        Assert.Equal(65_535, (await ledger.Reader.FindByIndexAsync(0, CancellationToken.None))?.Envelope.Length);
        Assert.Equal(0, (await ledger.Reader.FindByIndexAsync(1, CancellationToken.None))?.Envelope.Length);
    }

    [Fact]
    public async Task No_record_stays_no_record_and_an_empty_one_stays_empty()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var submission = new EventSubmission
        {
            Envelope = "1"u8.ToArray(),
            EventId = "none",
            PayloadHash = new string('0', 64),
        };
        await ledger.AppendAsync(submission, CancellationToken.None);
        await ledger.AppendAsync(
            new EventSubmission
            {
                Envelope = "2"u8.ToArray(),
                EventId = "empty",
                PayloadHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                Record = ReadOnlyMemory<byte>.Empty,
            },
            CancellationToken.None
        );
        Assert.Null((await ledger.FindByEventIdAsync("none", CancellationToken.None))?.Record);
        Assert.Equal(0, (await ledger.FindByEventIdAsync("empty", CancellationToken.None))?.Record?.Length);
    }

    [Fact]
    public async Task The_caller_may_reuse_its_buffer_before_the_append_is_answered()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var buffer = TestLedger.Event("a").Envelope.ToArray();
        var submission = TestLedger.Event("a") with { Envelope = buffer };
        var append = ledger.AppendAsync(submission, CancellationToken.None);
        Array.Clear(buffer);
        await append;
        await ledger.PublishAsync(CancellationToken.None);
        Assert.Equal(
            TestLedger.Event("a").Envelope.ToArray(),
            (await ledger.FindByEventIdAsync("a", CancellationToken.None))?.Envelope.ToArray()
        );
    }

    private static async Task AssertFoundAsync(LedgerReader reader, LoggedEntry logged)
    {
        var byId = await reader.FindByEventIdAsync("a", CancellationToken.None);
        Assert.NotNull(byId);
        Assert.Equal(logged.Envelope.ToArray(), byId.Envelope.ToArray());
        Assert.Equal(logged.Record?.ToArray(), byId.Record?.ToArray());
        Assert.Equal(
            (0, "a", "test", logged.PayloadHash, "run:1", logged.LoggedAt),
            (byId.Index, byId.EventId, byId.EventType, byId.PayloadHash, byId.SubjectKey, byId.LoggedAt)
        );
        Assert.Equal([0L], (await reader.FindByPayloadHashAsync(logged.PayloadHash, CancellationToken.None)).Select(entry => entry.Index));
        Assert.Equal([0L], (await reader.FindBySubjectAsync("run:1", CancellationToken.None)).Select(entry => entry.Index));
    }
}
